import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { systemClock } from '../../src/lib/clock.ts'
import { decideUncertain } from '../../src/outbound/decide-uncertain.ts'
import { undoReply } from '../../src/outbound/undo-reply.ts'
import { answerAt, firstOf } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterEach(async () => await desk.calm())

afterAll(async () => {
  await desk.stop()
})

/** A mailbox with an agent and a ticket, and the reply of that agent to three people. */
async function replied(options: { uncertainRule?: 'ask' | 'repeat_once' } = {}) {
  const name = `m${++count}`
  const mailboxId = await desk.mailbox(`${name}@desk.test`, options)
  const agent = await desk.agent(name, [mailboxId])
  const ticket = await desk.ticket(mailboxId)
  const to = ['ann', 'bob', 'cy'].map(who => `${who}.${name}@example.org`)
  const messageId = await desk.send(agent, { ticketId: ticket.ticketId, to })
  return { mailboxId, agent, ...ticket, messageId, to, name }
}

const sentTo = (name: string) =>
  desk.sink.accepted.filter(mail => mail.to.some(to => to.includes(`.${name}@`)))

const makeDue = (messageId: number) =>
  desk.database.pool.query('update outbox set due_at = clock_timestamp() where message_id = $1', [messageId])

const kindsOf = async (ticketId: number) => (await desk.events(ticketId)).map(event => event.kind)

test('a due reply reaches its server once, byte for byte', async () => {
  const reply = await replied()

  await desk.sender()

  await desk.reaches(reply.messageId, 'accepted')
  const row = await desk.outbox(reply.messageId)
  const bytes = await desk.blobs.read(row.bytes_blob_id)
  const [mail, ...more] = sentTo(reply.name)
  expect(more).toEqual([])
  expect(mail?.raw.equals(bytes)).toBe(true)
  expect(mail).toMatchObject({ from: `${reply.name}@desk.test`, to: reply.to, isTls: true })
  expect(row).toMatchObject({ reply_code: 250, server_queue_id: expect.any(String), attempts: 1 })
  expect(await kindsOf(reply.ticketId)).toContain('reply_accepted')
})

test('a reply is held for its window, and undone it is never sent', async () => {
  const reply = await replied()
  await desk.db
    .updateTable('outbox')
    .set({ due_at: new Date(Date.now() + 600_000) })
    .where('message_id', '=', reply.messageId)
    .execute()
  const sender = await desk.sender()

  const undone = await undoReply(desk, reply.agent, reply.messageId)

  await makeDue(reply.messageId)
  await vi.waitFor(() => expect(sender.status().sending).toBe(0), 10_000)
  await sender.stop()
  expect(undone).toEqual({ text: 'Hello' })
  expect(sentTo(reply.name)).toEqual([])
  expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'cancelled' })
  expect(await desk.ticketRow(reply.ticketId)).toMatchObject({ state: 'open' })
  await expect(undoReply(desk, reply.agent, reply.messageId)).rejects.toMatchObject({ code: 'sending-began' })
})

test('one refused of three is failed for that one, and the others get the mail once', async () => {
  const reply = await replied()
  const refused = reply.to[1] ?? ''
  desk.sink.behave(answerAt('rcpt', { reply: 550, text: '5.1.1 no such person' }, { recipient: refused }))

  const sender = await desk.sender()

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(sentTo(reply.name).map(mail => mail.to)).toEqual([[reply.to[0], reply.to[2]]])
  expect(await desk.recipients(reply.messageId)).toMatchObject([
    { state: 'accepted' },
    { address: refused, state: 'failed', reply_code: 550 },
    { state: 'accepted' },
  ])
  const failed = (await desk.events(reply.ticketId)).find(event => event.kind === 'reply_failed')
  expect(failed?.data).toEqual({ recipients: [{ address: refused, code: 550, text: 'no such person' }] })
  const ticket = await desk.ticketRow(reply.ticketId)
  expect(ticket).toMatchObject({ state: 'open', assignee_id: reply.agent.agentId })
})

test('a recipient put off gets the mail later, and the others no second one', async () => {
  const reply = await replied()
  const late = reply.to[2] ?? ''
  desk.sink.behave(answerAt('rcpt', { reply: 451, text: '4.7.1 greylisted' }, { recipient: late, times: 1 }))
  const sender = await desk.sender()
  await desk.reaches(reply.messageId, 'deferred')

  await makeDue(reply.messageId)

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(sentTo(reply.name).map(mail => mail.to)).toEqual([reply.to.slice(0, 2), [late]])
})

test('a server that may take it later is asked again after a minute, with the same bytes', async () => {
  const reply = await replied()
  desk.sink.behave(answerAt('final', { reply: 451, text: '4.3.0 try later' }, { times: 1 }))
  const sender = await desk.sender()
  await desk.reaches(reply.messageId, 'deferred')
  const row = await desk.outbox(reply.messageId)

  await makeDue(reply.messageId)

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  const waitMs = row.due_at.getTime() - Date.now()
  expect(waitMs).toBeGreaterThan(45_000)
  expect(waitMs).toBeLessThan(75_000)
  expect(row).toMatchObject({ reply_code: 451, reply_text: 'try later' })
  expect(sentTo(reply.name)).toHaveLength(1)
  expect(await kindsOf(reply.ticketId)).toContain('reply_deferred')
})

test('a final refusal is shown with the server’s words and opens the ticket', async () => {
  const reply = await replied()
  desk.sink.behave(answerAt('final', { reply: 554, text: '5.7.1 looks like spam' }))

  await desk.sender()

  await desk.reaches(reply.messageId, 'failed')
  const ticket = await desk.ticketRow(reply.ticketId)
  expect(ticket).toMatchObject({ state: 'open', assignee_id: reply.agent.agentId })
  expect(await desk.outbox(reply.messageId)).toMatchObject({ reply_code: 554, reply_text: 'looks like spam' })
})

test('a wrong password stops the mailbox after one try, keeps its replies, and heals', async () => {
  const reply = await replied()
  const second = await desk.send(reply.agent, { ticketId: reply.ticketId, to: reply.to })
  desk.sink.behave(answerAt('auth', { reply: 535, text: '5.7.8 bad credentials' }))
  const before = desk.sink.events.filter(event => event.stage === 'auth').length
  const sender = await desk.sender()
  const mailboxState = () =>
    desk.db.selectFrom('mailbox').select('state_code').where('id', '=', reply.mailboxId).executeTakeFirst()
  await vi.waitFor(
    async () => expect(await mailboxState()).toEqual({ state_code: 'smtp-wrong-password' }),
    10_000,
  )
  const states = async () => [(await desk.outbox(reply.messageId)).state, (await desk.outbox(second)).state]
  await vi.waitFor(async () => expect(await states()).not.toContain('sending'), 10_000)
  const tries = desk.sink.events.filter(event => event.stage === 'auth').length - before

  desk.sink.behave()
  desk.bells.ring('mailboxes')

  await desk.reaches(reply.messageId, 'accepted')
  await desk.reaches(second, 'accepted')
  await sender.stop()
  expect(tries).toBeLessThanOrEqual(2)
  expect(await mailboxState()).toEqual({ state_code: null })
  expect(sentTo(reply.name)).toHaveLength(2)
})

test('a connection lost before the final dot is tried again', async () => {
  const reply = await replied()
  desk.sink.behave(answerAt('data', { drop: 'before-accepting' }, { times: 1 }))
  const sender = await desk.sender()
  await desk.reaches(reply.messageId, 'deferred')

  await makeDue(reply.messageId)

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(sentTo(reply.name)).toHaveLength(1)
})

test('a connection lost after the final dot is uncertain, and no timer sends it again', async () => {
  const reply = await replied()
  desk.sink.behave(answerAt('final', { drop: 'before-reply' }, { times: 1 }))
  const sender = await desk.sender({ timing: { missingForMs: 0 } })
  await desk.reaches(reply.messageId, 'uncertain')

  await decideUncertain(desk, reply.agent, { messageId: reply.messageId, decision: 'send-again' })

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  const [first, second, ...more] = sentTo(reply.name)
  expect(more).toEqual([])
  expect(first?.raw.equals(second?.raw ?? Buffer.alloc(0))).toBe(true)
  expect(await desk.outbox(reply.messageId)).toMatchObject({ repeats: 1 })
  const order = { messageId: reply.messageId, decision: 'was-sent' } as const
  await expect(decideUncertain(desk, reply.agent, order)).rejects.toMatchObject({ code: 'not-uncertain' })
})

test('an uncertain reply taken as sent is accepted for those the server had taken', async () => {
  const reply = await replied()
  const refused = reply.to[0] ?? ''
  desk.sink.behave(
    firstOf(
      answerAt('rcpt', { reply: 550, text: '5.1.1 gone' }, { recipient: refused }),
      answerAt('final', { drop: 'before-reply' }),
    ),
  )
  const sender = await desk.sender()
  await desk.reaches(reply.messageId, 'uncertain')

  await decideUncertain(desk, reply.agent, { messageId: reply.messageId, decision: 'was-sent' })

  await sender.stop()
  expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'accepted', repeats: 0 })
  const states = (await desk.recipients(reply.messageId)).map(one => one.state)
  expect(states).toEqual(['failed', 'accepted', 'accepted'])
  expect(sentTo(reply.name)).toHaveLength(1)
})

test('who may not use the mailbox can neither undo nor decide', async () => {
  const reply = await replied()
  const eve = await desk.agent(`eve-${reply.name}`, [])

  const outcomes = await Promise.allSettled([
    undoReply(desk, eve, reply.messageId),
    decideUncertain(desk, eve, { messageId: reply.messageId, decision: 'was-sent' }),
  ])

  const codes = outcomes.map(outcome => outcome.status === 'rejected' && outcome.reason.code)
  expect(codes).toEqual(['not-found', 'not-found'])
})

test('a mailbox set to repeat sends an uncertain mail once more, and not a third time', async () => {
  const reply = await replied({ uncertainRule: 'repeat_once' })
  desk.sink.behave(answerAt('final', { drop: 'before-reply' }, { times: 2 }))

  const sender = await desk.sender()

  await vi.waitFor(async () => {
    expect(await desk.outbox(reply.messageId)).toMatchObject({ state: 'uncertain', repeats: 1 })
  }, 10_000)
  await sender.stop()
  expect(sentTo(reply.name)).toHaveLength(2)
})

test('a sender past half of its claim lets the mail go without the dot', async () => {
  const reply = await replied()
  let jumps = 1
  let offsetMs = 0
  const monotonicMs = () => systemClock.monotonicMs() + offsetMs
  desk.sink.behave(event => {
    if (event.stage === 'rcpt' && jumps-- > 0) offsetMs += 11 * 60_000
    return undefined
  })

  const sender = await desk.sender({ clock: { ...systemClock, monotonicMs } })

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(await desk.outbox(reply.messageId)).toMatchObject({ attempts: 2 })
  expect(sentTo(reply.name)).toHaveLength(1)
})

test('one mailbox sends a few mails at once and does not hold up another', async () => {
  const busy = await replied()
  const more: number[] = []
  for (let at = 0; at < 6; at++) {
    more.push(
      await desk.send(busy.agent, { ticketId: busy.ticketId, to: [`x${at}.${busy.name}@example.org`] }),
    )
  }
  const other = await replied()
  let [atOnce, most, stallMs] = [0, 0, 1_000]
  desk.sink.behave(event => {
    const isBusy = event.from?.startsWith(`${busy.name}@`)
    if (event.stage === 'mail' && isBusy) most = Math.max(most, ++atOnce)
    if (event.stage === 'final' && isBusy) atOnce--
    return event.stage === 'rcpt' && isBusy ? { stallMs } : undefined
  })

  const sender = await desk.sender()

  await desk.reaches(other.messageId, 'accepted')
  const sentMeanwhile = sentTo(busy.name).length
  stallMs = 1
  for (const id of more) await desk.reaches(id, 'accepted')
  await sender.stop()
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(4)
  expect(sentMeanwhile).toBeLessThan(1 + more.length)
})

test('a reply whose bytes cannot be read waits, and blocks no other of its mailbox', async () => {
  const lost = await replied()
  const { bytes_blob_id: blobId } = await desk.outbox(lost.messageId)
  const place = 'pack:2026-01/404-1:0:10'
  await desk.db.updateTable('blob').set({ place }).where('id', '=', blobId).execute()

  const sender = await desk.sender()
  await desk.reaches(lost.messageId, 'deferred')

  const next = await desk.send(lost.agent, { ticketId: lost.ticketId, to: [`next.${lost.name}@example.org`] })

  await desk.reaches(next, 'accepted')
  await sender.stop()
  expect(await desk.outbox(lost.messageId)).toMatchObject({ reply_text: 'blob-lost', attempts: 1 })
  const mailbox = await desk.db
    .selectFrom('mailbox')
    .select('state_code')
    .where('id', '=', lost.mailboxId)
    .executeTakeFirst()
  expect(mailbox?.state_code).toBeNull()
})

test('a paused mailbox sends nothing until it goes on', async () => {
  const reply = await replied()
  const setState = (state: 'paused' | 'active') =>
    desk.db.updateTable('mailbox').set({ state }).where('id', '=', reply.mailboxId).execute()
  await setState('paused')
  const sender = await desk.sender()
  const probe = await replied()
  await desk.reaches(probe.messageId, 'accepted')
  const whilePaused = (await desk.outbox(reply.messageId)).state

  await setState('active')

  await desk.reaches(reply.messageId, 'accepted')
  await sender.stop()
  expect(whilePaused).toBe('held')
})
