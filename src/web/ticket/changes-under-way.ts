import type { TicketRow } from '../../shared/tickets.ts'

/** What an agent does to some tickets, from the key to the server's answer. */
export type ChangeUnderWay = {
  numbers: ReadonlySet<number>
  agentId: number
  change: <T extends TicketRow>(row: T) => T
}

// Of this page, oldest first; they wait for each other, so a busy server makes several.
const underWay = new Set<ChangeUnderWay>()

/** Counts a change as under way: what is read meanwhile may be from before it. @returns ends it */
export function beginChange(change: ChangeUnderWay): () => void {
  underWay.add(change)
  return () => {
    underWay.delete(change)
  }
}

/** A row, or a ticket, as it was read and as the changes under way leave it; `by` null: there are none of it. */
export function asChanged<T extends TicketRow>(row: T): { row: T; by: number | null } {
  let [changed, by]: [T, number | null] = [row, null]
  for (const { numbers, agentId, change } of underWay) {
    if (numbers.has(row.number)) [changed, by] = [change(changed), agentId]
  }
  return { row: changed, by }
}
