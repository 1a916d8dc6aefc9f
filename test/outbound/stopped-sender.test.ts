import type { ChildProcess } from 'node:child_process'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { sendingTiming } from '../../src/outbound/run-sending.ts'
import type { SinkStage } from '../support/sink-rules.ts'
import { startSenderProcess } from './sender-process.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterAll(async () => {
  await desk.stop()
})

/** A node of its own process, whose heartbeat is a row only this test touches. */
async function startNode(): Promise<{ child: ChildProcess; age: () => Promise<unknown> }> {
  const { db, database } = desk
  const row = await db.insertInto('instance').defaultValues().returning('id').executeTakeFirstOrThrow()
  const child = await startSenderProcess(desk, row.id)
  const age = () =>
    database.pool.query("update instance set alive_at = alive_at - interval '1 minute' where id = $1", [
      row.id,
    ])
  return { child, age }
}

/** Stops the node (SIGSTOP) when the sink is asked at that stage for the first time. */
function stopAt(stage: SinkStage, child: ChildProcess): Promise<void> {
  return new Promise(stopped => {
    let isDone = false
    desk.sink.behave(event => {
      if (event.stage !== stage || isDone) return undefined
      isDone = true
      child.kill('SIGSTOP')
      stopped()
      return undefined
    })
  })
}

async function queueReply(name: string) {
  const mailboxId = await desk.mailbox(`${name}@desk.test`)
  const agent = await desk.agent(name, [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId)
  const to = `ann.${name}@example.org`
  const messageId = await desk.send(agent, { ticketId, to: [to] })
  return { agent, ticketId, messageId, sent: () => desk.sink.accepted.filter(mail => mail.to.includes(to)) }
}

test('a sender stopped before its final dot is overtaken, and wakes up without sending', async () => {
  const { child, age } = await startNode()
  const stopped = stopAt('rcpt', child)
  const reply = await queueReply('connecting')
  await stopped
  await age()
  const sender = await desk.sender()
  await desk.reaches(reply.messageId, 'accepted')

  child.kill('SIGCONT')

  // The woken node has let go when the sink has no connection of it left: it works on the next mail.
  await sender.stop()
  await desk.database.pool.query('update instance set alive_at = clock_timestamp()')
  const next = await queueReply('next')
  await desk.reaches(next.messageId, 'accepted')
  expect(reply.sent()).toHaveLength(1)
  expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'accepted', attempts: 2, repeats: 0 })
})

test('a sender stopped after its final dot leaves the mail uncertain, and its answer decides it', async () => {
  const { child, age } = await startNode()
  const stopped = stopAt('final', child)
  const reply = await queueReply('handing-over')
  await stopped
  await age()
  const sender = await desk.sender()
  await desk.reaches(reply.messageId, 'uncertain')

  child.kill('SIGCONT')

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(reply.sent()).toHaveLength(1)
  expect(await desk.outbox(reply.messageId)).toMatchObject({ repeats: 0 })
})

test('a sender that slept through half of its claim lets go before the final dot, and the next try sends', async () => {
  let sleptMs = 0
  desk.sink.behave(event => {
    if (event.stage === 'rcpt' && sleptMs === 0) sleptMs = sendingTiming.claimMs / 2
    return undefined
  })
  const reply = await queueReply('slept')

  await desk.sender({
    clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + sleptMs },
  })

  await desk.reaches(reply.messageId, 'accepted')
  expect(reply.sent()).toHaveLength(1)
  expect(await desk.outbox(reply.messageId)).toMatchObject({ attempts: 2, repeats: 0 })
})

test('a dead sender whose locks are still held keeps no other from sending for its mailbox', async () => {
  const first = await queueReply('locked')
  const { pool } = desk.database
  await pool.query(
    `with dead as (insert into instance (alive_at) values (clock_timestamp() - interval '1 hour') returning id)
     update outbox set state = 'sending', step = 'handing_over', attempts = 1, claim_no = nextval('claim_number'),
       claimed_by = dead.id, claimed_until = clock_timestamp() + interval '1 hour' from dead where message_id = $1`,
    [first.messageId],
  )
  const holder = await pool.connect()
  await holder.query('begin')
  await holder.query('select from outbox where message_id = $1 for update', [first.messageId])
  const next = await desk.send(first.agent, { ticketId: first.ticketId, to: ['bob.locked@example.org'] })

  await desk.sender()

  await desk.reaches(next, 'accepted')
  await holder.query('rollback')
  holder.release()
  await desk.reaches(first.messageId, 'uncertain')
})

test('what a server said is kept while the database has no room for it, and nobody is asked', async () => {
  const { pool } = desk.database
  await pool.query(`create sequence refused_writes;
    create function refuse_acceptance() returns trigger language plpgsql as $$ begin
      perform nextval('refused_writes');
      raise exception 'could not extend file' using errcode = 'disk_full';
    end $$;
    create trigger no_room before update on outbox for each row
      when (new.state = 'accepted') execute function refuse_acceptance()`)
  onTestFinished(async () => void (await pool.query('drop trigger if exists no_room on outbox')))
  const reply = await queueReply('no-room')
  const sender = await desk.sender()
  await vi.waitFor(async () => {
    const { rows } = await pool.query('select last_value::int as tries from refused_writes')
    expect(rows[0].tries).toBeGreaterThan(1) // a sender that gave up tries once
  }, 10_000)
  await pool.query('drop trigger no_room on outbox')

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(reply.sent()).toHaveLength(1)
  const kinds = (await desk.events(reply.ticketId)).map(event => event.kind)
  expect(kinds).not.toContain('reply_uncertain')
})

test.each([
  ['rcpt', 'accepted'],
  ['final', 'uncertain'],
] as const)('a node killed at %s leaves the mail %s, sent at most once', async (stage, state) => {
  const { child } = await startNode()
  const stopped = stopAt(stage, child)
  const reply = await queueReply(`killed-${stage}`)
  await stopped
  child.kill('SIGKILL')
  await desk.database.pool.query("update instance set alive_at = alive_at - interval '1 minute'")

  const sender = await desk.sender()

  await desk.reaches(reply.messageId, state)
  await sender.stop()
  const kinds = (await desk.events(reply.ticketId)).map(event => event.kind)
  expect(kinds).toContain(state === 'accepted' ? 'reply_accepted' : 'reply_uncertain')
  await vi.waitFor(() => expect(reply.sent()).toHaveLength(1))
})
