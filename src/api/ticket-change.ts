import type { Snooze, TicketChange } from '../shared/ticket-change.ts'
import type { SnoozeEnd } from '../tickets/snooze-ticket.ts'
import type { TicketChange as DeskChange } from '../tickets/update-ticket.ts'

/** What the contract calls a change, as the desk takes it. */
export function changeOf({ snooze, ...change }: TicketChange): DeskChange {
  if (snooze === undefined) return change
  const until = snooze?.until
  return { ...change, snoozedUntil: until == null ? snooze && 'reply' : new Date(until) }
}

/** A snooze that goes with a reply; nothing where none does. */
export function snoozeOf(snooze: Snooze | undefined): { snooze?: SnoozeEnd } {
  if (snooze === undefined) return {}
  return { snooze: snooze.until === null ? 'reply' : new Date(snooze.until) }
}
