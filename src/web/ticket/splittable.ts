import type { Message, Ticket } from '../../shared/tickets.ts'

/** The messages of a ticket that can become a ticket of their own: not a twin's, and none of a side thread. */
export function splittable(ticket: Ticket): Message[] {
  return ticket.messages.filter(
    message => message.mailboxId === ticket.mailboxId && message.sideThreadId === null,
  )
}
