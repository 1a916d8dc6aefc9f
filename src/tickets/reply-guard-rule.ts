import type { MailKind, TicketEventKind } from '../shared/vocabulary.ts'

/** What the guard looks at of one thing that happened. `mailKind` is that of the message it is about. */
export type GuardedEvent = {
  kind: TicketEventKind
  agentId: number | null
  mailKind: MailKind | null
  /** The state an event `state_changed` led to. */
  stateAfter: unknown
}

// After these a reply without chosen recipients may go to somebody else, with words that were meant for another.
const CHANGES_PEOPLE: readonly TicketEventKind[] = [
  'merged',
  'merge_undone',
  'message_moved_in',
  'message_moved_out',
  'move_undone',
  'participant_accepted',
  'customer_from_forward',
  'forward_undone',
]

/**
 * Whether an agent who had not seen this must look before their reply leaves: somebody wrote, or a colleague answered,
 * closed or changed whom it goes to. Notes, tags, assignments and robots' answers stop nobody: whoever is stopped for
 * nothing learns to send anyway.
 */
export function stopsReply(event: GuardedEvent, agentId: number): boolean {
  if (event.kind === 'message_received') return event.mailKind !== 'auto-reply' && event.mailKind !== 'own'
  const isColleague = event.agentId !== null && event.agentId !== agentId
  if (event.kind === 'answered_elsewhere') return event.mailKind !== 'auto-reply' && event.agentId !== agentId
  // A mail that shows two tickets to be one merges them by itself: it may be the newest here, and nobody's event names it.
  if (event.kind === 'merged') return event.agentId !== agentId
  if (event.kind === 'reply_queued' || CHANGES_PEOPLE.includes(event.kind)) return isColleague
  return event.kind === 'state_changed' && isColleague && event.stateAfter === 'closed'
}
