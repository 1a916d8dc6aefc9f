import { retryOutbox } from '../../src/shared/outbox.ts'
import { decideUncertain, getTicket, type Message } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import type { SmtpSink } from '../support/smtp-sink.ts'
import type { ProofReply } from './write-replies.ts'

const FINAL = new Set(['accepted', 'failed', 'cancelled'])
const limitMs = 6 * 60_000

/**
 * Waits until every reply has its fate, or for six minutes: what is open then is for the verdict to name.
 * An admin tries at once what was put off, since the cut that put it off is over. A reply of unknown fate is decided
 * as an agent would who asks the customer, which here is the sink.
 */
export async function settleReplies(
  admin: ApiClient,
  replies: readonly ProofReply[],
  sink: Pick<SmtpSink, 'accepted'>,
): Promise<{ decisions: number }> {
  const startedAtMs = performance.now()
  const open = new Set(replies)
  let decisions = 0
  while (open.size > 0 && performance.now() - startedAtMs < limitMs) {
    for (const reply of open) {
      const message = await findMessage(admin, reply)
      const state = message?.delivery?.state ?? ''
      if (FINAL.has(state)) open.delete(reply)
      else if (message) decisions += await help(admin, { reply, message, sink })
    }
    // time passes: asked again until all is settled
    await new Promise(resolve => setTimeout(resolve, 250))
  }
  return { decisions }
}

type Doubt = { reply: ProofReply; message: Message; sink: Pick<SmtpSink, 'accepted'> }

/** @returns how many decisions it took */
async function help(admin: ApiClient, doubt: Doubt): Promise<number> {
  const { message } = doubt
  if (message.delivery?.state === 'uncertain') return await decide(admin, doubt)
  if (message.delivery?.state === 'deferred') await admin.fetch(retryOutbox, { params: { id: message.id } })
  return 0
}

/** @returns 1, or 0 where the product had decided by itself meanwhile */
async function decide(admin: ApiClient, { reply, message, sink }: Doubt): Promise<number> {
  const isThere = sink.accepted.some(mail => mail.internetMessageId === message.internetMessageId)
  const decision = isThere ? 'was-sent' : 'send-again'
  const response = await admin.fetch(decideUncertain, { params: { id: message.id }, body: { decision } })
  if (!response.ok) return 0
  if (!isThere) reply.sentAgain += 1
  return 1
}

async function findMessage(admin: ApiClient, reply: ProofReply): Promise<Message | undefined> {
  const ticket = await admin.call(getTicket, { params: { number: reply.ticketNumber ?? 0 } })
  return ticket.messages.find(one => one.id === reply.acknowledged?.id)
}
