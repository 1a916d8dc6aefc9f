import { useState } from 'react'
import type { PanelProps } from './header-pickers.tsx'
import { SplitLayer } from './split-layer.tsx'

/** Splits messages off, asked for by its key or from the menu of the head: the message that has the focus is chosen already. */
export function SplitPanel(props: PanelProps) {
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
