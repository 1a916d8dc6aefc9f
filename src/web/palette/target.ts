import { useEffect, useSyncExternalStore } from 'react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { createListeners } from '../listeners.ts'
import { useSteady } from '../ui/use-steady.ts'

/** Several tickets that are selected: how many, those of them that are loaded, and what changes them all. */
export type SelectedTickets = {
  count: number
  known: readonly TicketRow[]
  change: (change: TicketChange) => void
}

/** What the actions of the palette are about: what is selected, else the open or the marked ticket. */
export type Target = { row: TicketRow | undefined; selected: SelectedTickets | undefined }

type Offered = { listed: TicketRow | undefined; open: TicketRow | undefined } & Pick<Target, 'selected'>

let offered: Offered = { listed: undefined, open: undefined, selected: undefined }
let target: Target = { row: undefined, selected: undefined }
const { subscribe, tell } = createListeners()

function set(part: Partial<Offered>): void {
  offered = { ...offered, ...part }
  target = { row: offered.listed ?? offered.open, selected: offered.selected }
  tell()
}

/** Tells the palette which ticket its actions are about while the caller is shown: the open or the marked one of a list. */
export function useOfferTarget(row: TicketRow | undefined): void {
  useEffect(() => set({ listed: row }), [row])
  useEffect(() => () => set({ listed: undefined }), [])
}

/** Tells the palette which ticket is open, where no list has it: found by a search, or by its number. */
export function useOfferOpen(ticket: TicketRow): void {
  useEffect(() => set({ open: ticket }), [ticket])
  useEffect(() => () => set({ open: undefined }), [])
}

/** Tells the palette that its actions are about these tickets while the caller is shown. */
export function useOfferSelection(
  numbers: ReadonlySet<number>,
  rows: readonly TicketRow[],
  change: (change: TicketChange) => void,
): void {
  const latest = useSteady(change)
  useEffect(() => {
    const known = rows.filter(row => numbers.has(row.number))
    set({ selected: { count: numbers.size, known, change: latest } })
  }, [numbers, rows, latest])
  useEffect(() => () => set({ selected: undefined }), [])
}

/** The tickets that actions are about, of which there may be none. */
export function useTarget(): Target {
  return useSyncExternalStore(subscribe, () => target)
}
