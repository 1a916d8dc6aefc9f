import { lazy, type RefObject, Suspense, useCallback, useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import type { TicketRow } from '../../shared/tickets.ts'
import { rowUnder } from './row-under.ts'
import type { PutAway } from './use-inbox-commands.ts'

const RowTools = lazy(async () => ({ default: (await import('./row-tools.tsx')).RowTools }))

// While j walks through the rows, none of them draws anything for it.
const FOCUS_RESTS_MS = 120

/** The row that the pointer rests on, or that has the focus: its number, and the cell of it that gets the buttons. */
type At = { number: number; cell: Element }

/**
 * The buttons of one row of a list, put into the row itself: the one under the pointer, else the one with the focus,
 * where Tab leads to them. The rows know nothing of it, so that they cost no more than without.
 *
 * @param scroller what holds the rows
 * @param marked the ticket that the keys act on: put away it makes room for the next
 */
export function RowToolsLayer(props: {
  scroller: RefObject<HTMLElement | null>
  rows: readonly TicketRow[]
  marked: number | undefined
  onPutAway: PutAway
}) {
  const [hovered, setHovered] = useState<At>()
  const [focused, setFocused] = useState<At>()
  const [held, setHeld] = useState<At>()
  const { scroller } = props
  useEffect(() => {
    const list = scroller.current
    if (list === null) return
    const over = ({ target, pointerType }: PointerEvent) => {
      if (pointerType !== 'touch') setHovered(now => sameOr(now, rowAt(target)))
    }
    const leave = () => setHovered(undefined)
    let timer: number | undefined
    const focus = (target: EventTarget | null) => {
      window.clearTimeout(timer)
      timer = window.setTimeout(() => setFocused(now => sameOr(now, rowAt(target))), FOCUS_RESTS_MS)
    }
    const focusIn = ({ target }: FocusEvent) => focus(target)
    const focusOut = ({ relatedTarget }: FocusEvent) => focus(relatedTarget)
    list.addEventListener('pointerover', over)
    list.addEventListener('pointerleave', leave)
    list.addEventListener('focusin', focusIn)
    list.addEventListener('focusout', focusOut)
    return () => {
      window.clearTimeout(timer)
      list.removeEventListener('pointerover', over)
      list.removeEventListener('pointerleave', leave)
      list.removeEventListener('focusin', focusIn)
      list.removeEventListener('focusout', focusOut)
    }
  }, [scroller])
  const at = held ?? hovered ?? focused
  const row = at && props.rows.find(one => one.number === at.number)
  // What gives the focus back to its button finds it there.
  // biome-ignore lint/correctness/useExhaustiveDependencies: held is the row it was when that began
  const hold = useCallback(
    (isHeld: boolean) => {
      setHeld(isHeld ? at : undefined)
      setFocused(at)
    },
    [at?.number],
  )
  if (at === undefined || row === undefined) return null
  return createPortal(
    <Suspense fallback={null}>
      <RowTools
        key={row.number}
        row={row}
        isMarked={row.number === props.marked}
        isHeld={held !== undefined}
        isAsked={at !== focused || held !== undefined}
        onHold={hold}
        onPutAway={props.onPutAway}
      />
    </Suspense>,
    at.cell,
  )
}

function rowAt(target: EventTarget | null): At | undefined {
  const under = rowUnder(target)
  const cell = under?.row.querySelector('[role="gridcell"]:last-child')
  return under === undefined || cell == null ? undefined : { number: under.number, cell }
}

// Nothing is drawn anew while the pointer moves within one row.
function sameOr(now: At | undefined, next: At | undefined): At | undefined {
  return now?.number === next?.number && now?.cell === next?.cell ? now : next
}
