import type { TicketChange } from '../shared/ticket-change.ts'
import type { TicketChange as DeskChange } from '../tickets/update-ticket.ts'

/** What the contract calls a change, as the desk takes it. */
export function changeOf({ snooze, ...change }: TicketChange): DeskChange {
  if (snooze === undefined) return change
  const until = snooze?.until
  return { ...change, snoozedUntil: until == null ? snooze && 'reply' : new Date(until) }
}
