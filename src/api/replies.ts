import { decideUncertain } from '../outbound/decide-uncertain.ts'
import type { SendContext } from '../outbound/draft-mail.ts'
import { judgeRecipients } from '../outbound/judge-recipients.ts'
import { putAside } from '../outbound/put-aside.ts'
import { getReplySender } from '../outbound/reply-sender.ts'
import { rescheduleReply, unscheduleReply } from '../outbound/schedule-reply.ts'
import { sendReply } from '../outbound/send-reply.ts'
import { undoReply } from '../outbound/undo-reply.ts'
import { forwardMessage } from '../shared/forwards.ts'
import { judgeRecipients as judgeRecipientsRoute } from '../shared/recipients.ts'
import { getReplySender as getReplySenderRoute } from '../shared/reply-sender.ts'
import {
  rescheduleReply as rescheduleRoute,
  unscheduleReply as unscheduleRoute,
} from '../shared/schedules.ts'
import {
  decideUncertain as decideUncertainRoute,
  putReplyAside,
  sendReply as sendReplyRoute,
  undoReply as undoReplyRoute,
} from '../shared/tickets.ts'
import { getMessage } from '../tickets/get-ticket.ts'
import { getMessagePlace, getTicketPlace } from '../tickets/get-ticket-place.ts'
import { type ApiServer, handle } from './handle.ts'
import { presentMessage } from './present.ts'
import { snoozeOf } from './ticket-change.ts'

/** Registers sending, scheduling, undoing and deciding about replies, and putting aside what did not arrive. */
export function registerReplies(server: ApiServer, context: SendContext): void {
  const { db } = context
  handle(server, getReplySenderRoute, async ({ caller, params, query }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    return await getReplySender(db, ticketId, caller.agentId, query.answeredMessageId)
  })
  handle(server, sendReplyRoute, async ({ caller, params, body, named }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const { sendAt, snooze, ...order } = body
    const when = { ...timeOf(sendAt), ...snoozeOf(snooze) }
    const { messageId } = await sendReply(context, caller, { ...order, ...when, ticketId, named })
    return presentMessage(await getMessage(db, messageId))
  })
  handle(server, rescheduleRoute, async ({ caller, params, body }) => {
    const { messageId } = await getMessagePlace(db, caller, params.id)
    const { sendAt = null } = timeOf(body.sendAt)
    await rescheduleReply(context, caller, { messageId, sendAt })
    return presentMessage(await getMessage(db, messageId))
  })
  handle(server, unscheduleRoute, async ({ caller, params }) => {
    const { messageId } = await getMessagePlace(db, caller, params.id)
    await unscheduleReply(context, caller, messageId)
  })
  handle(server, forwardMessage, async ({ caller, params, body, named }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const { messageId: forwardedMessageId, insteadOf: insteadOfMessageId, ...order } = body
    const sent = await sendReply(context, caller, {
      ...order,
      forwardedMessageId,
      insteadOfMessageId,
      ticketId,
      named,
    })
    return presentMessage(await getMessage(db, sent.messageId))
  })
  handle(server, judgeRecipientsRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    return await judgeRecipients(db, caller, ticketId, body)
  })
  handle(server, undoReplyRoute, async ({ caller, params }) => {
    const { messageId } = await getMessagePlace(db, caller, params.id)
    return await undoReply(context, caller, messageId)
  })
  handle(server, decideUncertainRoute, async ({ caller, params, body }) => {
    const { messageId } = await getMessagePlace(db, caller, params.id)
    await decideUncertain(context, caller, { messageId, decision: body.decision })
    return presentMessage(await getMessage(db, messageId))
  })
  handle(server, putReplyAside, async ({ caller, params, body }) => {
    const { messageId } = await getMessagePlace(db, caller, params.id)
    await putAside(context, caller, { messageId, isAside: body.isAside })
    return presentMessage(await getMessage(db, messageId))
  })
}

function timeOf(sendAt: string | null | undefined): { sendAt?: Date } {
  return typeof sendAt === 'string' ? { sendAt: new Date(sendAt) } : {}
}
