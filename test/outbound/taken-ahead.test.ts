import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

// A node takes several mails of a mailbox at once, more than it opens sessions for: of 7 three go out, the others wait.

let desk: SendingDesk
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterEach(async () => await desk.calm())

afterAll(async () => {
  await desk.stop()
})

/** A mailbox with that many replies on one ticket that are due. */
async function queued(replies: number) {
  const name = `m${++count}`
  const mailboxId = await desk.mailbox(`${name}@desk.test`)
  const agent = await desk.agent(name, [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId)
  const ids: number[] = []
  for (let at = 0; at < replies; at++) {
    ids.push(await desk.send(agent, { ticketId, to: [`x${at}.${name}@example.org`] }))
  }
  return { mailboxId, ids, name }
}

test('what was taken ahead of a mailbox that is paused is given back as it was', async () => {
  const { mailboxId, ids } = await queued(7)
  const [silence, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  desk.sink.behave(({ stage }) => {
    if (stage !== 'rcpt') return undefined
    silence.resolve()
    return { stallUntil: release.promise }
  })
  await desk.sender()
  await silence.promise

  await desk.db.updateTable('mailbox').set({ state: 'paused' }).where('id', '=', mailboxId).execute()
  desk.bells.ring('mailboxes')

  const look = async () => {
    const rows = await Promise.all(ids.map(id => desk.outbox(id)))
    const held = rows.filter(row => row.state === 'held' && row.attempts === 0 && row.step === null)
    return { rows, held: held.length }
  }
  await vi.waitFor(async () => expect((await look()).held).toBeGreaterThanOrEqual(3), 10_000)
  release.resolve()
  await vi.waitFor(async () => {
    const { rows, held } = await look()
    expect(held).toBeGreaterThanOrEqual(3)
    expect(rows.filter(row => row.state === 'accepted')).toHaveLength(rows.length - held)
  }, 10_000)
})

test('what is being given back is not taken for abandoned meanwhile', async () => {
  const { mailboxId, ids, name } = await queued(7)
  const release = Promise.withResolvers<void>()
  let silent = 0
  desk.sink.behave(({ stage, from }) => {
    if (stage !== 'rcpt' || !from?.startsWith(`${name}@`)) return undefined
    silent++
    return { stallUntil: release.promise }
  })
  await desk.sender()
  await vi.waitFor(() => expect(silent).toBe(3), 10_000)
  const waiting = ids.slice(3)

  // The giving back waits for the locks of two; the looks for abandoned mail pass over those, not over the third.
  const lock = await desk.database.pool.connect()
  await lock.query('begin')
  await lock.query('select from outbox where message_id = any($1) for update', [[waiting[0], waiting[2]]])
  await desk.db.updateTable('mailbox').set({ state: 'paused' }).where('id', '=', mailboxId).execute()
  desk.bells.ring('mailboxes')
  for (let look = 0; look < 2; look++) await desk.reaches((await queued(1)).ids[0] ?? 0, 'accepted')
  await lock.query('commit')
  lock.release()

  await vi.waitFor(async () => {
    for (const id of waiting) expect(await desk.outbox(id)).toMatchObject({ state: 'held', attempts: 0 })
  }, 10_000)
  release.resolve()
  for (const id of ids.slice(0, 3)) await desk.reaches(id, 'accepted')
})

test('what waits behind mails that take their time is given back, so that it can still be stopped', async () => {
  const { ids, name } = await queued(7)
  let offsetMs = 0
  const [silence, release] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  desk.sink.behave(event => {
    if (event.stage === 'rcpt') silence.resolve()
    return event.stage === 'rcpt' ? { stallUntil: release.promise } : undefined
  })
  const monotonicMs = () => systemClock.monotonicMs() + offsetMs
  const sender = await desk.sender({ clock: { ...systemClock, monotonicMs } })
  await silence.promise

  offsetMs = 11_000

  const statesOf = async () => (await Promise.all(ids.map(id => desk.outbox(id)))).map(row => row.state)
  await vi.waitFor(async () => {
    const states = await statesOf()
    expect(states.filter(state => state === 'held').length).toBeGreaterThanOrEqual(3)
    expect(states).toContain('sending')
  }, 10_000)
  release.resolve()
  for (const id of ids) await desk.reaches(id, 'accepted')
  await sender.stop()
  expect(desk.sink.accepted.filter(mail => mail.from === `${name}@desk.test`)).toHaveLength(ids.length)
})
