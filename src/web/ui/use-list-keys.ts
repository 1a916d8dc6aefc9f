import { type KeyboardEvent, useId, useState } from 'react'

/** A list that a field above it walks: the field keeps the focus and names the option (aria-activedescendant). */
export type ListKeys = {
  listId: string
  /** The option that the keys are at; within the list also when it has become shorter. */
  at: number
  setAt: (at: number) => void
  optionId: (at: number) => string
  onKeyDown: (event: KeyboardEvent) => void
}

/**
 * Arrows move through the options of a list and bring each into sight, Enter chooses the one they are at. Composing
 * a letter moves nothing.
 *
 * @param count how many options there are
 * @param onLeave for Esc, where what holds the list does not hear it itself
 */
export function useListKeys(count: number, onChoose: (at: number) => void, onLeave?: () => void): ListKeys {
  const listId = useId()
  const [wanted, setAt] = useState(0)
  const at = Math.max(0, Math.min(wanted, count - 1))
  const optionId = (place: number) => `${listId}-${place}`
  const moveTo = (place: number) => {
    setAt(place)
    document.getElementById(optionId(place))?.scrollIntoView({ block: 'nearest' })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    const moves: Record<string, (() => void) | undefined> = {
      ArrowDown: () => moveTo(Math.min(count - 1, at + 1)),
      ArrowUp: () => moveTo(Math.max(0, at - 1)),
      Enter: () => onChoose(at),
      Escape: onLeave,
    }
    const move = moves[event.key]
    if (move === undefined) return
    event.preventDefault()
    move()
  }
  return { listId, at, setAt, optionId, onKeyDown }
}
