import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findDraft } from '../../src/shared/drafts.ts'
import { cancelOutbox, listOutbox, listOutboxMailboxes, retryOutbox } from '../../src/shared/outbox.ts'
import { getTicket, sendReply, updateTicket } from '../../src/shared/tickets.ts'
import type { OutboxState } from '../../src/shared/vocabulary.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let billing: number
let boss: DeskAgent
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  boss = await desk.agent('boss', { role: 'admin' })
  ada = await desk.agent('ada', { mailboxIds: [support, billing] })
})

afterAll(async () => await desk.stop())

/** A reply of Ada's whose outbox row is in that state. */
async function mail(state: OutboxState, wish: { mailboxId?: number; repeats?: number } = {}) {
  const { number } = await desk.ticket({ mailboxId: wish.mailboxId ?? support })
  const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'Good day' } })
  const isStep = state === 'sending'
  await sql`update outbox set state = ${state}, repeats = ${wish.repeats ?? 0},
      step = case when ${isStep} then 'connecting' end, reply_code = 451, reply_text = 'not now',
      claimed_by = case when ${isStep} then (select min(id) from instance) end,
      claimed_until = case when ${isStep} then now() + interval '1 hour' end,
      uncertain_since = case when ${state} = 'uncertain' then now() end,
      due_at = case when ${state} = 'deferred' then now() + interval '1 hour' else due_at end
    where message_id = ${id}`.execute(desk.database.db)
  return { id, number, params: { id } }
}

describe('the outbox tells', () => {
  test('what is not settled well, by mailbox and group, a page at a time, with counts', async () => {
    const held = await mail('held', { mailboxId: billing })
    const deferred = await mail('deferred', { mailboxId: billing })
    const failed = await mail('failed', { mailboxId: billing })
    await mail('accepted', { mailboxId: billing })
    const uncertain = await mail('uncertain')

    const first = await boss.call(listOutbox, { query: { mailboxId: billing, limit: 2 } })
    const rest = await boss.call(listOutbox, {
      query: { mailboxId: billing, limit: 2, cursor: first.nextCursor ?? '' },
    })
    const ofGroup = await boss.call(listOutbox, { query: { group: 'uncertain' } })

    expect([first, rest].map(page => page.data.map(row => row.messageId))).toEqual([
      [failed.id, deferred.id],
      [held.id],
    ])
    expect(rest.nextCursor).toBeNull()
    expect(ofGroup.data.map(row => row.messageId)).toEqual([uncertain.id])
    expect(first.data[1]).toMatchObject({
      ticketNumber: deferred.number,
      recipients: ['ivana@customer.test'],
      authorId: ada.agentId,
      state: 'deferred',
      replyText: 'not now',
      canRetry: true,
      canCancel: true,
    })
    const { data } = await boss.call(listOutboxMailboxes)
    expect(data.find(row => row.mailboxId === billing)).toMatchObject({
      counts: { held: 1, deferred: 1, uncertain: 0, failed: 1 },
      isPaused: false,
      problem: null,
      hold: null,
    })
  })

  test('what holds a mailbox, and until when', async () => {
    const { db } = desk.database
    await sql`update mailbox set sending_held_code = 'limit', sending_held_until = now() + interval '1 hour'
      where id = ${billing}`.execute(db)
    await sql`update mailbox set state = 'paused', state_code = 'wrong-password', state_detail = 'no'
      where id = ${support}`.execute(db)

    const { data } = await boss.call(listOutboxMailboxes)

    await sql`update mailbox set state = 'active', state_code = null, sending_held_until = null`.execute(db)
    expect(data.find(row => row.mailboxId === billing)?.hold?.code).toBe('limit')
    expect(data.find(row => row.mailboxId === support)).toMatchObject({
      isPaused: true,
      problem: { code: 'wrong-password', detail: 'no' },
    })
  })
})

describe('the outbox', () => {
  test.each(['deferred', 'failed'] as const)('tries a mail now that is %s', async state => {
    const { id, number, params } = await mail(state)
    const { db } = desk.database
    await sql`update outbox_recipient set state = 'failed' where message_id = ${id} and ${state} = 'failed'`.execute(
      db,
    )
    await sql`insert into undelivered (message_id) select ${id} where ${state} = 'failed'`.execute(db)

    const row = await boss.call(retryOutbox, { params })

    const { messages } = await ada.call(getTicket, { params: { number } })
    const delivery = messages.find(message => message.id === id)?.delivery
    expect(row).toMatchObject({ state: 'deferred' })
    expect(Date.parse(row.dueAt)).toBeLessThanOrEqual(Date.now() + 1000)
    expect(delivery).toMatchObject({ failure: null, recipients: [{ state: 'due' }] })
  })

  test('tries none again that another reply has followed, and shows it no more', async () => {
    const { id, number, params } = await mail('failed')
    await sql`insert into undelivered (message_id) values (${id})`.execute(desk.database.db)
    await ada.call(sendReply, { params: { number }, body: { text: 'Once more' } })

    const refused = await boss.fetch(retryOutbox, { params })

    const { data } = await boss.call(listOutbox, { query: { group: 'failed' } })
    expect(await refused.json()).toMatchObject({ status: 409, code: 'not-waiting' })
    expect(data.map(row => row.messageId)).not.toContain(id)
  })

  test('lets a mailbox send again whose mail waits for the end of a hold', async () => {
    const { id, params } = await mail('held', { mailboxId: billing })
    const { db } = desk.database
    await sql`update outbox set due_at = now() - interval '1 minute' where message_id = ${id}`.execute(db)
    await sql`update mailbox set sending_held_code = 'limit', sending_held_until = now() + interval '1 hour'
      where id = ${billing}`.execute(db)

    const row = await boss.call(retryOutbox, { params })

    const { data } = await boss.call(listOutboxMailboxes)
    expect(row).toMatchObject({ state: 'held', canRetry: false })
    expect(data.find(one => one.mailboxId === billing)?.hold).toBeNull()
  })

  test('gives the words of an author who has left to the assignee', async () => {
    const { number, params } = await mail('deferred')
    const { db } = desk.database
    await ada.call(updateTicket, { params: { number }, body: { assigneeId: boss.agentId } })
    await sql`update agent set state = 'deactivated' where id = ${ada.agentId}`.execute(db)

    await boss.call(cancelOutbox, { params })

    await sql`update agent set state = 'active' where id = ${ada.agentId}`.execute(db)
    expect((await boss.call(findDraft, { params: { number } })).draft).toMatchObject({ text: 'Good day' })
  })

  test('stops a mail that no server can have: it is its author’s draft, and the ticket as before', async () => {
    const { id, number, params } = await mail('deferred')

    const row = await boss.call(cancelOutbox, { params })

    const ticket = await ada.call(getTicket, { params: { number } })
    expect(row).toMatchObject({ messageId: id, state: 'cancelled', canRetry: false, canCancel: false })
    expect(ticket).toMatchObject({ state: 'open' })
    expect(ticket.messages.at(-1)?.delivery).toMatchObject({ state: 'cancelled', cancelledBy: 'admin' })
    expect((await ada.call(findDraft, { params: { number } })).draft).toMatchObject({ text: 'Good day' })
  })

  test.each([
    ['sending', 0],
    ['uncertain', 0],
    ['accepted', 0],
    ['failed', 0],
    ['deferred', 1],
  ] as const)('never stops one that is %s (repeated %d times)', async (state, repeats) => {
    const { params } = await mail(state, { repeats })

    const refused = await boss.fetch(cancelOutbox, { params })

    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'handed-over' })
  })

  test.each(['held', 'sending', 'uncertain', 'accepted'] as const)(
    'tries none again that is %s',
    async state => {
      const { params } = await mail(state)

      const refused = await boss.fetch(retryOutbox, { params })

      expect(await refused.json()).toMatchObject({ status: 409, code: 'not-waiting' })
    },
  )

  test('is for admins, and knows nothing of what is not there', async () => {
    const { params } = await mail('deferred')

    const asAgent = await Promise.all([
      ada.fetch(listOutbox, {}),
      ada.fetch(listOutboxMailboxes, {}),
      ada.fetch(retryOutbox, { params }),
      ada.fetch(cancelOutbox, { params }),
    ])
    const unknown = await Promise.all([
      boss.fetch(retryOutbox, { params: { id: 999_999 } }),
      boss.fetch(cancelOutbox, { params: { id: 999_999 } }),
    ])

    expect(asAgent.map(answer => answer.status)).toEqual([403, 403, 403, 403])
    expect(unknown.map(answer => answer.status)).toEqual([404, 404])
  })
})
