import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { decideUncertain } from '../../src/outbound/decide-uncertain.ts'
import { mailFailures } from '../../src/outbound/mail-failures.ts'
import { reconcileUncertain } from '../../src/outbound/reconcile-uncertain.ts'
import { listNotifications } from '../../src/tickets/list-notifications.ts'
import { listTickets } from '../../src/tickets/list-tickets.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterAll(async () => {
  await desk.stop()
})

afterEach(() => desk.calm())

/** A reply that closed its ticket, of which nobody knows whether its server has it, and that nothing decides. */
async function doubted() {
  const name = `d${++count}`
  const mailboxId = await desk.mailbox(`${name}@desk.test`, { sentCopy: 'append', uncertainRule: 'ask' })
  const agent = await desk.agent(name, [mailboxId])
  const { ticketId, number } = await desk.ticket(mailboxId)
  const to = `ann.${name}@example.org`
  const messageId = await desk.send(agent, { ticketId, to: [to], stateAfter: 'closed' })
  desk.sink.behave(answerAt('final', { drop: 'before-reply' }, { times: 1 }))
  const sender = await desk.sender({ timing: { reconcileEveryMs: 600_000 } })
  await desk.reaches(messageId, 'uncertain')
  await sender.stop()
  const look = (askAfterMs?: number) =>
    reconcileUncertain({
      ...desk,
      practice: () => null,
      missingForMs: 0,
      ...(askAfterMs === undefined ? {} : { askAfterMs }),
    })
  const waiting = async () => {
    const { rows } = await listTickets(desk.db, agent, { queue: 'undelivered', limit: 50 })
    return rows.map(row => row.number)
  }
  const told = async () => (await listNotifications({ db: desk.db, clock: systemClock }, agent)).told
  const mails = () => desk.sink.accepted.filter(mail => mail.to.includes(`${name}@desk.test`))
  return { agent, ticketId, number, messageId, to, look, waiting, told, mails }
}

test('a reply that only a person can decide about opens its ticket and asks its author, once', async () => {
  const { agent, ticketId, number, messageId, to, look, waiting, told, mails } = await doubted()

  await look()
  const atFirst = [await waiting(), (await desk.ticketRow(ticketId)).state]
  await look(0)
  await look(0)

  expect(atFirst).toEqual([[], 'closed'])
  expect(await desk.ticketRow(ticketId)).toMatchObject({ state: 'open', assignee_id: agent.agentId })
  expect(await waiting()).toEqual([number])
  expect(await told()).toMatchObject([
    { event: 'undelivered', ticketNumber: number, name: to, hit: `m${messageId}`, isNew: true },
  ])
  const asked = (await desk.events(ticketId)).filter(event => event.kind === 'reply_uncertain')
  expect(asked.map(({ data }) => data)).toEqual([expect.anything(), { asked: true }])
  await mailFailures(desk.mailing, { agentId: agent.agentId })
  expect(
    mails()
      .map(mail => mail.raw.toString())
      .join(),
  ).toContain(to)
})

test.each(['was-sent', 'send-again'] as const)('decided by %s, it waits for nobody', async decision => {
  const { agent, messageId, look, waiting, told } = await doubted()
  await look(0)
  const before = (await waiting()).length

  await decideUncertain(desk, agent, { messageId, decision })

  expect(before).toBe(1)
  expect(await waiting()).toEqual([])
  expect(await told()).toEqual([])
})

test('where its server says after all that it did not arrive, it goes on waiting', async () => {
  const { agent, ticketId, messageId, number, look, waiting } = await doubted()
  await look(0)
  await sql`insert into ticket_event (ticket_id, kind, message_id, data)
    values (${ticketId}, 'reply_bounced', ${messageId}, '{}')`.execute(desk.db)

  await decideUncertain(desk, agent, { messageId, decision: 'was-sent' })

  expect(await waiting()).toEqual([number])
})
