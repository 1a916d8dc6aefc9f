import type { TicketRow } from '../../shared/tickets.ts'
import { type QueueName, teamOfQueue } from '../../shared/vocabulary.ts'

type Placed = Pick<TicketRow, 'state' | 'assigneeId' | 'teamId' | 'hasFailedReply' | 'snooze' | 'deletedAt'>

/** Whether a ticket stands in a queue; mirrors the server's rule, so that a row can leave at once. */
export function standsIn(queue: QueueName, ticket: Placed, agentId: number): boolean {
  if ((ticket.deletedAt !== null) !== (queue === 'trash')) return false
  const isAtHand = (ticket.state === 'open' || ticket.state === 'waiting') && ticket.snooze === null
  switch (queue) {
    case 'mine':
      return isAtHand && ticket.assigneeId === agentId
    case 'unassigned':
      return isAtHand && ticket.assigneeId === null && ticket.teamId === null
    case 'all':
    case 'mentions':
      return ticket.state !== 'spam'
    case 'snoozed':
      return ticket.snooze !== null && ticket.state !== 'spam'
    case 'undelivered':
      return ticket.hasFailedReply && ticket.state !== 'spam'
    case 'closed':
      return ticket.state === 'closed'
    case 'spam':
      return ticket.state === 'spam'
    case 'drafts':
    case 'sent':
    case 'trash':
      return true
    default:
      return isAtHand && ticket.teamId === teamOfQueue(queue)
  }
}
