import {
  getTicket,
  listTickets,
  sendReply,
  undoReply,
  updateTicket,
  writeNote,
} from '../../src/shared/tickets.ts'
import { type ApiClient, ApiRefusal } from '../support/api.ts'
import { type Deed, type ReplyRecord, tagsIn } from './history.ts'
import type { Worker } from './stage.ts'

/** Agents at work, and what they were told. */
export type Desk = {
  replies: ReplyRecord[]
  deeds: Deed[]
  /** Lets them do this many more things. */
  allow: (count: number) => void
  /** Waits until all they were allowed to do was answered. */
  finish: () => Promise<void>
  /** Whether one of them waits for an answer. */
  isBusy: () => boolean
}

/** Starts them; like people with open browsers they outlive every fault, and ask again under the same key. */
export function startAgents(workers: readonly Worker[], random: () => number): Desk {
  const replies: ReplyRecord[] = []
  const deeds: Deed[] = []
  let allowed = 0
  let isFinishing = false
  let busy = 0
  let count = 0
  const work = workers.map(async (worker, at) => {
    for (;;) {
      if (allowed > 0) {
        allowed -= 1
        count += 1
        busy += 1
        const shift = { worker, place: { at, of: workers.length }, random, n: count }
        await actOnce(shift, { replies, deeds })
        busy -= 1
      } else if (isFinishing) return
      else await aMoment()
    }
  })
  const ended = Promise.all(work).then(
    () => undefined,
    (fault: Error) => fault,
  )
  return {
    replies,
    deeds,
    allow: more => {
      allowed += more
    },
    isBusy: () => busy > 0 || allowed > 0,
    finish: async () => {
      isFinishing = true
      const fault = await ended
      if (fault) throw fault
    },
  }
}

type Shift = { worker: Worker; place: { at: number; of: number }; random: () => number; n: number }
type Written = Pick<Desk, 'replies' | 'deeds'>

async function actOnce(shift: Shift, written: Written): Promise<void> {
  const ticket = await untilAnswered(shift.worker, () => chooseTicket(shift))
  const number = ticket.answer
  const chance = shift.random()
  if (chance < 0.65) return await reply(shift, written, number)
  if (chance < 0.85) return await note(shift, written, number)
  const agentId = shift.worker.id
  const isClosing = chance > 0.93
  const body = isClosing ? ({ state: 'closed' } as const) : { assigneeId: agentId }
  const { doubts } = await untilAnswered(shift.worker, client =>
    client.call(updateTicket, { params: { number }, body }),
  )
  written.deeds.push({ kind: isClosing ? 'close' : 'assign', ticketNumber: number, agentId, doubts })
}

/** Each agent keeps to tickets of their own, so that what they did last to one is what it shows. */
async function chooseTicket({ worker, place, random }: Shift): Promise<number> {
  const query = { queue: 'all', order: 'newest', limit: 100 } as const
  const { data } = await worker.client.call(listTickets, { query })
  const own = data.filter(row => row.number % place.of === place.at)
  const ticket = own[Math.floor(random() * own.length)]
  if (!ticket) throw new Error('no ticket to work on yet')
  return ticket.number
}

async function reply({ worker, random, n }: Shift, { replies }: Written, number: number): Promise<void> {
  const tag = `[r-${n}]`
  const record: ReplyRecord = {
    tag,
    to: [],
    written: null,
    ticketNumber: number,
    acknowledged: null,
    isTakenBack: false,
    doubts: 0,
  }
  replies.push(record)
  const isRefused = random() < 0.06
  const isUndone = random() < 0.08
  const seen = await untilAnswered(worker, client => client.call(getTicket, { params: { number } }))
  const [thread = ''] = tagsIn(seen.answer.subject, 't')
  const to = seen.answer.replyDefaults.to.map(({ address }) => address)
  record.written = isRefused ? `gone.${n}@customer.test` : null
  record.to = record.written === null ? to : [record.written]
  const body = { text: `${tag} ${thread} It is on its way.`, to: record.to }
  const headers = { 'idempotency-key': `prove-reply-${n}` }
  const sent = await untilAnswered(worker, client =>
    client.call(sendReply, { params: { number }, body, headers }),
  )
  const { id, internetMessageId } = sent.answer
  record.acknowledged = { id, internetMessageId }
  record.doubts = sent.doubts
  if (isUndone) record.isTakenBack = await takeBack(worker, id)
}

/** A refusal is an answer: sending had begun, or an undo whose answer was lost has done it before. */
async function takeBack(worker: Worker, id: number): Promise<boolean> {
  const { answer } = await untilAnswered(worker, async client => {
    const { status } = await client.fetch(undoReply, { params: { id } })
    if (status >= 500) throw new Error(`undo answered ${status}`)
    return status
  })
  return answer === 200
}

async function note({ worker, n }: Shift, { deeds }: Written, number: number): Promise<void> {
  const tag = `[n-${n}]`
  const body = { text: `${tag} Not for customers.` }
  const headers = { 'idempotency-key': `prove-note-${n}` }
  const { doubts } = await untilAnswered(worker, client =>
    client.call(writeNote, { params: { number }, body, headers }),
  )
  deeds.push({ kind: 'note', tag, ticketNumber: number, doubts })
}

/** Asks again, at the next node, until the answer is neither silence nor a fault of the server. */
async function untilAnswered<Answer>(
  worker: Worker,
  ask: (client: ApiClient) => Promise<Answer>,
): Promise<{ answer: Answer; doubts: number }> {
  for (let doubts = 0; ; doubts += 1) {
    try {
      return { answer: await ask(worker.client), doubts }
    } catch (error) {
      if (error instanceof ApiRefusal && error.status < 500) throw error
      worker.goElsewhere()
      await aMoment()
    }
  }
}

async function aMoment(): Promise<void> {
  // time passes: a person looks again a little later
  await new Promise(resolve => setTimeout(resolve, 200))
}
