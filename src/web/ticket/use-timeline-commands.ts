import type { RefObject } from 'react'
import { useCommand } from '../keys/commands.tsx'

// Open ones and folded ones; not the lines of history between them.
const MESSAGES = '[role=feed] > article:is([data-message], [data-note], :has(> button))'

/** The button of a message card that shows its details. */
export function detailsButtonId(messageId: number): string {
  return `details-${messageId}`
}

/**
 * The keys among the messages of a ticket: from one to the next, all open or the earlier ones folded again, and the
 * details of the one that has the focus, else of the newest.
 */
export function useTimelineCommands(
  scroller: RefObject<HTMLElement | null>,
  fold: { openAll: () => void; foldEarlier: () => void },
): void {
  const messages = () => [...(scroller.current?.querySelectorAll<HTMLElement>(MESSAGES) ?? [])]
  const focused = () => messages().findIndex(message => message.contains(document.activeElement))
  const step = (by: number) => {
    const all = messages()
    const at = focused()
    const next = at < 0 ? all.at(-1) : all[Math.max(0, Math.min(all.length - 1, at + by))]
    if (next !== undefined) goTo(next)
  }
  useCommand('next-message', () => step(1))
  useCommand('previous-message', () => step(-1))
  useCommand('expand-all', fold.openAll)
  useCommand('collapse-all', fold.foldEarlier)
  useCommand('details', () => {
    const all = messages()
    const card = all[focused()] ?? all.findLast(message => message.dataset.message !== undefined)
    const id = Number(card?.dataset.message)
    document.getElementById(detailsButtonId(id))?.click()
  })
}

// A folded message is a button, which Enter opens.
function goTo(message: HTMLElement): void {
  const [first] = message.children
  message.scrollIntoView({ block: 'start' })
  if (first instanceof HTMLButtonElement) first.focus({ preventScroll: true })
  else {
    message.tabIndex = -1
    message.focus({ preventScroll: true })
  }
}
