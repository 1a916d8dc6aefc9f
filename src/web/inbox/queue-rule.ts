import type { TicketRow } from '../../shared/tickets.ts'
import type { Queue } from '../../shared/vocabulary.ts'

type Placed = Pick<TicketRow, 'state' | 'assigneeId' | 'hasFailedReply'>

/** Whether a ticket stands in a queue; mirrors the server's rule, so that a row can leave at once. */
export function standsIn(queue: Queue, ticket: Placed, agentId: number): boolean {
  const needsWork = ticket.state === 'open' || ticket.state === 'waiting'
  switch (queue) {
    case 'mine':
      return needsWork && ticket.assigneeId === agentId
    case 'unassigned':
      return needsWork && ticket.assigneeId === null
    case 'all':
      return ticket.state !== 'spam'
    case 'undelivered':
      return ticket.hasFailedReply && ticket.state !== 'spam'
    case 'closed':
      return ticket.state === 'closed'
    case 'spam':
      return ticket.state === 'spam'
  }
}
