import type { TicketState } from '../shared/vocabulary.ts'

/** What can move a ticket. A robot's mail (auto-reply, bounce, list) is filed without moving it. */
export type Happening =
  | { by: 'agent'; to: TicketState }
  | { by: 'customer-mail' }
  | { by: 'robot-mail' }
  | { by: 'failed-reply' }

/**
 * The state a ticket is in after something happened to it.
 *
 * Agents may choose any state, also back out of spam, so that every change can be undone. A
 * customer's mail opens a waiting or closed ticket; spam stays spam, whoever writes. A reply that
 * could not be delivered opens the ticket whatever it was, as somebody must act.
 */
export function nextState(from: TicketState, happening: Happening): TicketState {
  switch (happening.by) {
    case 'agent':
      return happening.to
    case 'customer-mail':
      return from === 'spam' ? 'spam' : 'open'
    case 'robot-mail':
      return from
    case 'failed-reply':
      return 'open'
  }
}
