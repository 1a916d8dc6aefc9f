import type { ParamsOf } from '../../src/shared/define-route.ts'
import { listTickets, type Message, sendReply, undoReply } from '../../src/shared/tickets.ts'
import { type ApiClient, ApiRefusal } from '../support/api.ts'

/** What an agent means to happen to a reply. */
export type Intent = 'sent' | 'undone' | 'refused' | 'one of two refused'

/** A reply of an agent, and what the API said about it. */
export type ProofReply = {
  marker: string
  intent: Intent
  to: string[]
  /** Set before the first try, since a reply that is sent again goes to the same ticket. */
  ticketNumber: number | null
  /** From a 2xx answer only. */
  acknowledged: Pick<Message, 'id' | 'internetMessageId'> | null
  /** Tries that ended without an answer; each was repeated under the same Idempotency-Key. */
  doubts: number
  /** Whether an undo was answered with yes. */
  isTakenBack: boolean
  /** How often an agent had it sent again by decision. */
  sentAgain: number
}

/** The mailbox at the sink that takes no mail. */
export const refusedAddress = 'gone@example.org'

/** The replies to be written, by seed: three of four go out, the others are taken back or refused. */
export function planReplies(count: number, random: () => number): ProofReply[] {
  return Array.from({ length: count }, (_, n): ProofReply => {
    const intent = intentOf(random())
    const person = `ann.${n}@example.org`
    const to = intent === 'refused' ? [refusedAddress] : [person]
    if (intent === 'one of two refused') to.push(refusedAddress)
    return {
      marker: `[o-${n}]`,
      intent,
      to,
      ticketNumber: null,
      acknowledged: null,
      doubts: 0,
      isTakenBack: false,
      sentAgain: 0,
    }
  })
}

function intentOf(chance: number): Intent {
  if (chance < 0.12) return 'undone'
  if (chance < 0.2) return 'refused'
  return chance < 0.28 ? 'one of two refused' : 'sent'
}

/**
 * Writes a reply and, where that is meant, takes it back; tries until the API has answered, as a browser
 * does that is left open.
 */
export async function writeReply(agent: ApiClient, reply: ProofReply, random: () => number): Promise<void> {
  reply.ticketNumber ??= await untilAnswered(reply, () => chooseTicket(agent, random))
  const params = { number: reply.ticketNumber }
  const body = { text: `${reply.marker} It is on its way.`, to: reply.to }
  const headers = { 'idempotency-key': `proof-${reply.marker}` }
  const { id, internetMessageId } = await untilAnswered(reply, () =>
    agent.call(sendReply, { params, body, headers }),
  )
  reply.acknowledged = { id, internetMessageId }
  if (reply.intent === 'undone') reply.isTakenBack = await takeBack(agent, reply, { id })
}

/** A refusal is an answer: sending had begun, or an undo whose answer was lost has done it before. */
async function takeBack(
  agent: ApiClient,
  reply: ProofReply,
  params: ParamsOf<typeof undoReply>,
): Promise<boolean> {
  const answer = await untilAnswered(reply, async () => {
    const response = await agent.fetch(undoReply, { params })
    if (response.status >= 500) throw new Error(`undo answered ${response.status}`)
    return response.status
  })
  return answer === 200
}

async function chooseTicket(agent: ApiClient, random: () => number): Promise<number> {
  const { data } = await agent.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })
  const ticket = data[Math.floor(random() * data.length)]
  if (!ticket) throw new RangeError('no ticket to answer')
  return ticket.number
}

async function untilAnswered<Answer>(reply: ProofReply, ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (error instanceof RangeError) throw error
      if (error instanceof ApiRefusal && error.status < 500) throw error
      reply.doubts += 1
      // time passes: a person looks again a little later
      await new Promise(resolve => setTimeout(resolve, 100))
    }
  }
}
