import type { TicketState } from '../shared/vocabulary.ts'

/** What moves one ticket. That a customer's mail opens tickets is decided for a whole batch: reopen-tickets.ts. */
export type Happening = { by: 'agent'; to: TicketState } | { by: 'failed-reply' }

/**
 * The state a ticket is in after something happened to it.
 *
 * Agents may choose any state, also back out of spam, so that every change can be undone. A reply that
 * could not be delivered opens the ticket whatever it was, as somebody must act.
 */
export function nextState(happening: Happening): TicketState {
  return happening.by === 'agent' ? happening.to : 'open'
}
