import { getTicket, listTickets, type Message, sendReply } from '../../src/shared/tickets.ts'
import { type ApiClient, ApiRefusal } from '../support/api.ts'

/** A reply an agent wants sent, and what the API said about it. */
export type LoadReply = {
  marker: string
  /** Set with the first try: a later one looks there first. */
  ticketNumber: number | null
  /** From a 2xx answer only. */
  acknowledged: Pick<Message, 'id' | 'internetMessageId'> | null
  /** Tries that ended without an answer. */
  doubts: number
  /** How often the driver, as an agent, had the same bytes sent again. */
  sentAgain: number
}

/** Agents at work: they answer tickets as long as there are replies to write. */
export type ReplyLoad = {
  replies: LoadReply[]
  /** Lets the agents write this many more. */
  allow: (count: number) => void
  /** Waits until all that were allowed are acknowledged. */
  finish: () => Promise<void>
}

/** Starts the agents; they outlive every crash, as people with open browsers do. */
export function startReplies(agents: readonly ApiClient[], count: number, random: () => number): ReplyLoad {
  const replies = Array.from({ length: count }, (_, n): LoadReply => {
    return { marker: `[r-${n}]`, ticketNumber: null, acknowledged: null, doubts: 0, sentAgain: 0 }
  })
  let allowed = 0
  let next = 0
  let isFinishing = false
  const take = (): LoadReply | undefined => {
    const reply = next < Math.min(allowed, count) ? replies[next] : undefined
    if (reply) next += 1
    return reply
  }
  const work = agents.map(async agent => {
    for (;;) {
      const reply = take()
      if (reply) await write(agent, reply, random)
      else if (isFinishing) return
      else await aMoment()
    }
  })
  const ended = Promise.all(work).then(
    () => undefined,
    (refusal: Error) => refusal,
  )
  return {
    replies,
    allow: more => {
      allowed += more
    },
    finish: async () => {
      allowed = count
      isFinishing = true
      const refusal = await ended
      if (refusal) throw refusal
    },
  }
}

/** Tries until the API has said 2xx. After a try without an answer it looks whether the reply is there. */
async function write(agent: ApiClient, reply: LoadReply, random: () => number): Promise<void> {
  while (reply.acknowledged === null) {
    try {
      reply.ticketNumber ??= await chooseTicket(agent, random)
      const params = { number: reply.ticketNumber }
      const found = reply.doubts > 0 ? await findReply(agent, reply) : undefined
      const body = { text: `${reply.marker} It is on its way.` }
      const { id, internetMessageId } = found ?? (await agent.call(sendReply, { params, body }))
      reply.acknowledged = { id, internetMessageId }
    } catch (error) {
      if (error instanceof ApiRefusal && error.status < 500) throw error
      reply.doubts += 1
      await aMoment()
    }
  }
}

async function chooseTicket(agent: ApiClient, random: () => number): Promise<number> {
  const { data } = await agent.call(listTickets, { query: { queue: 'all', order: 'newest', limit: 100 } })
  const ticket = data[Math.floor(random() * data.length)]
  if (!ticket) throw new Error('no ticket to answer yet')
  return ticket.number
}

async function findReply(agent: ApiClient, reply: LoadReply): Promise<Message | undefined> {
  const { messages } = await agent.call(getTicket, { params: { number: reply.ticketNumber ?? 0 } })
  return messages.find(one => one.direction === 'outbound' && one.text.includes(reply.marker))
}

async function aMoment(): Promise<void> {
  // time passes: a person looks again a little later
  await new Promise(resolve => setTimeout(resolve, 100))
}
