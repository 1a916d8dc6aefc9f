import type { MailKind, TicketEventKind } from '../shared/vocabulary.ts'

/** What the guard looks at of one thing that happened. `mailKind` is that of the message it is about. */
export type GuardedEvent = {
  kind: TicketEventKind
  agentId: number | null
  mailKind: MailKind | null
  /** The state an event `state_changed` led to. */
  stateAfter: unknown
}

/**
 * Whether an agent who had not seen this must look before their reply leaves: somebody wrote, or a colleague answered
 * or closed. Notes, tags, assignments and robots' answers stop nobody: whoever is stopped for nothing learns to send
 * anyway.
 */
export function stopsReply(event: GuardedEvent, agentId: number): boolean {
  if (event.kind === 'message_received') return event.mailKind !== 'auto-reply' && event.mailKind !== 'own'
  const isColleague = event.agentId !== null && event.agentId !== agentId
  if (event.kind === 'answered_elsewhere') return event.mailKind !== 'auto-reply' && event.agentId !== agentId
  if (event.kind === 'reply_queued') return isColleague
  return event.kind === 'state_changed' && isColleague && event.stateAfter === 'closed'
}
