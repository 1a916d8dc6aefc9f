import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Caller } from '../../src/agents/can.ts'
import { AppError } from '../../src/lib/app-error.ts'
import { undoReply } from '../../src/outbound/undo-reply.ts'
import { seededRandom } from '../support/mails.ts'
import { numberOfCommit } from '../support/number-of-commit.ts'
import { startSenderProcess } from './sender-process.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

// npm run prove:undo: 10,000 races; a commit runs a small part, by a seed of its own.
const isWhole = process.env.PROVE === 'whole'
const races = isWhole ? 10_000 : 160
const agentsAtOnce = 8
const ticketCount = 40

let desk: SendingDesk

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterAll(async () => {
  await desk.stop()
})

type Race = { messageId: number; isTakenBack: boolean }

// How long after its due time a reply is about to leave on this machine: learnt from race to race, so that the next undo
// comes as close to it as can be, on a slow machine as on a quick one.
let leavesAfterMs = 0

/** Sends a reply that leaves in a moment, and takes it back about then. */
async function race(
  agent: Caller,
  ticketId: number,
  { to, random }: { to: string; random: () => number },
): Promise<Race> {
  const undoMs = 30 + random() * 60
  const settings = { ...desk.context.settings, undoMs }
  const clickedAtMs = performance.now()
  const messageId = await desk.sendWith({ ...desk.context, settings }, agent, { ticketId, to: [to] })
  const undoneAtMs = clickedAtMs + undoMs + leavesAfterMs + (random() - 0.5) * 40
  const waitMs = Math.max(0, undoneAtMs - performance.now())
  // time passes: the undo comes shortly before or after the reply leaves, by the seed
  await new Promise(resolve => setTimeout(resolve, waitMs))
  const refusal = await undoReply(desk, agent, messageId).then(
    () => null,
    (error: unknown) => error,
  )
  if (refusal !== null && !(refusal instanceof AppError && refusal.code === 'sending-began')) throw refusal
  leavesAfterMs += refusal === null ? 5 : -5
  return { messageId, isTakenBack: refusal === null }
}

test(`of ${races} undos against three senders each either takes the reply back or is refused, and then it is sent once`, {
  timeout: isWhole ? 1_800_000 : 90_000,
}, async () => {
  const random = seededRandom(isWhole ? 1 : numberOfCommit())
  const mailboxId = await desk.mailbox('races@desk.test')
  const agent = await desk.agent('races', [mailboxId])
  const tickets = await Promise.all(Array.from({ length: ticketCount }, () => desk.ticket(mailboxId)))
  await Promise.all([desk.sender(), startSenderProcess(desk), startSenderProcess(desk)])
  const found: Race[] = []
  let next = 0

  const racing = Array.from({ length: agentsAtOnce }, async () => {
    for (let n = next++; n < races; n = next++) {
      const ticketId = tickets[n % ticketCount]?.ticketId ?? 0
      found.push(await race(agent, ticketId, { to: `ann.${n}@example.org`, random }))
    }
  })
  await Promise.all(racing)

  const taken = found.filter(one => one.isTakenBack)
  const sent = found.filter(one => !one.isTakenBack)
  await vi.waitFor(
    async () => expect(await countStates()).toEqual({ accepted: sent.length, cancelled: taken.length }),
    {
      timeout: 60_000,
      interval: 100,
    },
  )
  const arrivals = desk.sink.accepted.map(mail => mail.internetMessageId)
  expect(arrivals).toHaveLength(sent.length)
  expect(new Set(arrivals)).toEqual(await idsOf(sent))
  expect(Math.min(taken.length, sent.length)).toBeGreaterThan(races / 10)
})

async function countStates(): Promise<Record<string, number>> {
  const { rows } = await desk.database.pool.query(
    'select state, count(*)::int as count from outbox group by state order by state',
  )
  return Object.fromEntries(rows.map(row => [row.state, row.count]))
}

async function idsOf(found: readonly Race[]): Promise<Set<string>> {
  const { rows } = await desk.database.pool.query(
    'select internet_message_id as id from message where id = any($1)',
    [found.map(one => one.messageId)],
  )
  return new Set(rows.map(row => row.id))
}
