import { useState } from 'react'
import { useCommand } from '../keys/commands.tsx'
import type { PanelProps } from './header-pickers.tsx'
import { SplitLayer } from './split-layer.tsx'
import { splittable } from './splittable.ts'

/** Splits messages off, asked for by its key or from the menu of the head: the message that has the focus is chosen already. */
export function SplitPanel(props: PanelProps) {
  useCommand('split', splittable(props.ticket).length > 1 ? () => props.onPanel('split') : undefined)
  if (props.panel !== 'split') return null
  return <OpenSplit {...props} />
}

function OpenSplit(props: PanelProps) {
  const [chosenIds] = useState(focusedMessage)
  return <SplitLayer ticket={props.ticket} chosenIds={chosenIds} onClose={() => props.onPanel(undefined)} />
}

function focusedMessage(): number[] {
  const card = document.activeElement?.closest<HTMLElement>('[data-message]')
  return card == null ? [] : [Number(card.dataset.message)]
}
