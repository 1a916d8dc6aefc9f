import { useState } from 'react'
import { useHeldTyping } from '../keys/commands.tsx'
import type { Wish } from '../ticket/ticket-place.ts'
import { useSteady } from '../ui/use-steady.ts'
import type { Place } from './place.ts'

/** Which ticket the keys act on, and what is wanted of the one that is opened. */
export type Opening = {
  /** The row marked last, while no ticket is open. */
  cursor: number | undefined
  setCursor: (number: number) => void
  /** The open ticket, else the marked one; none while a ticket is being begun. */
  selected: number | undefined
  wish: Wish | undefined
  wishFor: (wish: Wish | undefined) => void
  takeWish: () => void
  openTicket: (number: number, wish?: Wish) => void
  /** Back to the list. */
  leaveTicket: () => void
}

/** Keeps the mark in the list and the wish. All its functions stay the same ones, so that what has them is not drawn anew. */
export function useOpening(place: Place): Opening {
  const held = useHeldTyping()
  const [cursor, setCursor] = useState<number>()
  const [wish, setWish] = useState<Wish>()
  const wishFor = useSteady((wanted: Wish | undefined) => {
    if (wanted !== undefined) held.begin()
    setWish(wanted)
  })
  const openTicket = useSteady((number: number, wanted?: Wish) => {
    setCursor(number)
    wishFor(wanted)
    place.openTicket(number)
  })
  const takeWish = useSteady(() => setWish(undefined))
  const leaveTicket = useSteady(() => {
    setWish(undefined)
    place.backToList()
  })
  const selected = place.isNew ? undefined : (place.number ?? cursor)
  return { cursor, setCursor, selected, wish, wishFor, takeWish, openTicket, leaveTicket }
}
