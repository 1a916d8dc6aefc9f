import { type SendContext, sendReply } from '../outbound/send-reply.ts'
import { sendReply as sendReplyRoute } from '../shared/tickets.ts'
import { getTicketPlace } from '../tickets/find-ticket.ts'
import { getMessage } from '../tickets/get-ticket.ts'
import { type ApiServer, handle } from './handle.ts'
import { presentMessage } from './present.ts'

/** Registers sending, undoing and deciding about replies. */
export function registerReplies(server: ApiServer, context: SendContext): void {
  const { db } = context
  handle(server, sendReplyRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const { messageId } = await sendReply(context, caller, { ...body, ticketId })
    return presentMessage(await getMessage(db, messageId))
  })
}
