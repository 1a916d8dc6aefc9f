import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { rescheduleReply, unscheduleReply } from '../../src/shared/schedules.ts'
import {
  createUpload,
  downloadAttachment,
  getMessageRaw,
  getTicket,
  sendReply,
  undoReply,
  updateTicket,
} from '../../src/shared/tickets.ts'
import { mergeTickets } from '../../src/tickets/merge-tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { draftContent } from '../support/draft-content.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent
let cy: DeskAgent
let count = 0

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  const billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [support] })
  cy = await desk.agent('cy', { mailboxIds: [billing] })
})

afterAll(async () => await desk.stop())

const inHours = (hours: number) =>
  new Date(Math.ceil(Date.now() / 1000) * 1000 + hours * 3_600_000).toISOString()

/** A ticket that Ann opened by mail, and Ada's reply to it that leaves tomorrow, with a file and a copy to Bo. */
async function scheduled() {
  const messageId = `opener-${++count}@customer.test`
  const opened = await desk.receive(support, { messageId, text: 'Where is it?\r\n' })
  const params = { number: opened.number }
  const upload = await ada.call(createUpload, { query: { filename: 'map.txt' }, body: Buffer.from('here') })
  const sendAt = inHours(20)
  const reply = await ada.call(sendReply, {
    params,
    body: {
      text: 'It is on its way.',
      to: ['ann@customer.test'],
      cc: ['bo@customer.test'],
      uploadIds: [upload.id],
      sendAt,
    },
  })
  const answer = {
    inReplyTo: messageId,
    subject: 'Re: My parcel',
    messageId: `answer-${count}@customer.test`,
  }
  return { ...opened, params, sendAt, reply, answer }
}

const ticketOf = (number: number) => ada.call(getTicket, { params: { number } })
const draftOf = async (agent: DeskAgent, number: number) =>
  (await agent.call(findDraft, { params: { number } })).draft
const replyIn = (ticket: Awaited<ReturnType<typeof ticketOf>>, id: number) =>
  ticket.messages.find(message => message.id === id)

test('a reply can wait for its time: frozen at the click, dated when it leaves, its ticket waiting', async () => {
  const { number, sendAt, reply } = await scheduled()

  const raw = await ada.fetch(getMessageRaw, { params: { id: reply.id } })

  const mail = await parseMail(Buffer.from(await raw.arrayBuffer()))
  expect(reply.delivery).toMatchObject({ state: 'held', isScheduled: true, dueAt: sendAt, cancelledBy: null })
  expect(Date.parse(mail.sentAt ?? '')).toBe(Date.parse(sendAt))
  expect(await ticketOf(number)).toMatchObject({ state: 'waiting', waitingSince: null })
})

test.each([
  ['past', () => inHours(-1)],
  ['more than a year away', () => inHours(24 * 400)],
])('a time that is %s is refused', async (_when, at) => {
  const { number } = await desk.ticket({ mailboxId: support })

  const refused = await ada.fetch(sendReply, { params: { number }, body: { text: 'Hello', sendAt: at() } })

  expect(refused.status).toBe(422)
  expect(await refused.json()).toMatchObject({ code: 'bad-send-time' })
})

test('another time gives it another date and nothing else, and now is the undo window', async () => {
  const { reply } = await scheduled()
  const params = { id: reply.id }
  const rawOf = async () => Buffer.from(await (await ada.fetch(getMessageRaw, { params })).arrayBuffer())
  const before = (await rawOf()).toString('latin1')
  const later = inHours(48)

  const moved = await ada.call(rescheduleReply, { params, body: { sendAt: later } })
  const after = (await rawOf()).toString('latin1')
  const now = await ben.call(rescheduleReply, { params, body: { sendAt: null } })

  const dateOf = (raw: string) => /^Date: .*$/m.exec(raw)?.[0] ?? ''
  expect(moved.delivery).toMatchObject({ isScheduled: true, dueAt: later })
  expect(Date.parse(dateOf(after).slice(6))).toBe(Date.parse(later))
  expect(after.replace(dateOf(after), '')).toBe(before.replace(dateOf(before), ''))
  expect(now.delivery).toMatchObject({ state: 'held', isScheduled: false })
  expect(Date.parse(now.delivery?.dueAt ?? '') - Date.now()).toBeLessThanOrEqual(11_000)
  await expect(ada.call(rescheduleReply, { params, body: { sendAt: later } })).rejects.toMatchObject({
    status: 409,
    problem: { code: 'not-scheduled' },
  })
  await ada.call(undoReply, { params })
})

test('taken back it is the caller’s draft with recipients and files, and the ticket as before', async () => {
  const { number, params, reply } = await scheduled()

  await ben.call(unscheduleReply, { params: { id: reply.id } })

  const draft = await draftOf(ben, number)
  expect(draft).toMatchObject({
    mode: 'reply',
    text: 'It is on its way.',
    to: ['ann@customer.test'],
    cc: ['bo@customer.test'],
    bcc: [],
    uploads: [{ filename: 'map.txt', sizeBytes: 4 }],
  })
  const again = await ben.call(sendReply, {
    params,
    body: { text: draft?.text ?? '', uploadIds: draft?.uploadIds ?? [] },
  })
  const file = await ben.fetch(downloadAttachment, { params: { id: again.attachments[0]?.id ?? 0 } })
  expect(await file.text()).toBe('here')
  expect(replyIn(await ticketOf(number), reply.id)?.delivery).toMatchObject({
    state: 'cancelled',
    cancelledBy: 'agent',
  })
})

test('taken back it still answers the message that was chosen, and quotes the customer to nobody', async () => {
  const { number, answer } = await scheduled()
  const stranger = await desk.receive(support, {
    ...answer,
    from: 'eve@stranger.test',
    subject: 'Re: My parcel, says Eve',
    text: 'Is it mine?\r\n',
  })
  const body = { text: 'No.', withHistory: true, answeredMessageId: stranger.messageId }
  const later = { params: { number }, body: { ...body, sendAt: inHours(20) } }
  const reply = await ada.call(sendReply, later)

  await ben.call(unscheduleReply, { params: { id: reply.id } })

  const draft = await draftOf(ben, number)
  const { text, to, withHistory, answeredMessageId } = draft ?? {}
  const again = await ben.call(sendReply, {
    params: { number },
    body: {
      text: text ?? '',
      to: to ?? [],
      withHistory: withHistory ?? false,
      answeredMessageId: answeredMessageId ?? null,
    },
  })
  await ben.call(undoReply, { params: { id: again.id } })
  expect(stranger.number).toBe(number)
  expect(draft).toMatchObject({ to: ['eve@stranger.test'], answeredMessageId: stranger.messageId })
  expect(reply).toMatchObject({ answeredMessageId: stranger.messageId })
  expect(again.subject).toBe('Re: My parcel, says Eve')
  expect(again.text).toContain('> Is it mine?')
  expect(again.text).not.toContain('Where is it?')
})

test('a customer who writes first stops it: a draft of its author, a ticket that waits, words in its history', async () => {
  const { number, reply, answer } = await scheduled()

  const received = await desk.receive(support, { ...answer, text: 'It has come, do not send another.\r\n' })

  const ticket = await ticketOf(number)
  const queued = ticket.events.find(event => event.kind === 'reply_queued')
  expect(received.number).toBe(number)
  expect(replyIn(ticket, reply.id)?.delivery).toMatchObject({ state: 'cancelled', cancelledBy: 'customer' })
  expect(ticket).toMatchObject({ state: 'open' })
  expect(ticket.waitingSince).toBe(ticket.messages[0]?.receivedAt)
  expect(ticket.events).toContainEqual(
    expect.objectContaining({
      kind: 'reply_overtaken',
      messageId: reply.id,
      data: { draftOf: ada.agentId },
    }),
  )
  expect(await draftOf(ada, number)).toMatchObject({
    text: 'It is on its way.',
    cc: ['bo@customer.test'],
    uploads: [{ filename: 'map.txt' }],
    seenEventId: queued?.id,
  })
})

test('words that are in the author’s draft already stay before it', async () => {
  const { number, answer } = await scheduled()
  await ada.call(saveDraft, {
    params: { number },
    body: { content: draftContent('Newer words'), revision: 0 },
  })

  await desk.receive(support, answer)

  expect(await draftOf(ada, number)).toMatchObject({
    text: 'Newer words\n\nIt is on its way.',
    to: null,
    revision: 2,
    uploads: [{ filename: 'map.txt' }],
  })
})

test('closing its ticket leaves it to its time; a customer who only says thanks then stops it, and the ticket opens', async () => {
  const { number, params, reply, answer } = await scheduled()
  await ada.call(updateTicket, { params, body: { state: 'closed' } })
  const closed = await ticketOf(number)

  await desk.receive(support, { ...answer, text: 'Thank you!\r\n' })

  const ticket = await ticketOf(number)
  expect(replyIn(closed, reply.id)?.delivery).toMatchObject({ state: 'held', isScheduled: true })
  expect(replyIn(ticket, reply.id)?.delivery).toMatchObject({ state: 'cancelled', cancelledBy: 'customer' })
  expect(ticket.state).toBe('open')
})

test('a mailbox that is paused past the time keeps it, and a customer who writes meanwhile stops it', async () => {
  const { number, reply, answer } = await scheduled()
  await sql`update outbox set due_at = now() - interval '1 hour' where message_id = ${reply.id}`.execute(
    desk.database.db,
  )

  await desk.receive(support, answer)

  expect(replyIn(await ticketOf(number), reply.id)?.delivery?.cancelledBy).toBe('customer')
})

test('a robot does not stop it', async () => {
  const { number, reply, answer } = await scheduled()

  await desk.receive(support, {
    ...answer,
    headers: ['Auto-Submitted: auto-replied'],
    subject: 'Out of office',
  })

  const ticket = await ticketOf(number)
  expect(ticket.messages).toHaveLength(3)
  expect(replyIn(ticket, reply.id)?.delivery).toMatchObject({ state: 'held', isScheduled: true })
})

test('of an author who has left it waits all the same, and is the assignee’s draft when the customer writes', async () => {
  const { number, reply, ticketId, answer } = await scheduled()
  const { db } = desk.database
  await sql`update agent set state = 'deactivated' where id = ${ada.agentId}`.execute(db)
  await sql`update ticket set assignee_id = ${ben.agentId} where id = ${ticketId}`.execute(db)

  await desk.receive(support, answer)

  await sql`update agent set state = 'active' where id = ${ada.agentId}`.execute(db)
  expect(replyIn(await ticketOf(number), reply.id)?.delivery).toMatchObject({ state: 'cancelled' })
  expect(await draftOf(ben, number)).toMatchObject({ text: 'It is on its way.' })
  expect(await draftOf(ada, number)).toBeNull()
})

test('newer mail that a merge brings stops it, older mail does not', async () => {
  const withOlder = await scheduled()
  const older = await desk.ticket({ mailboxId: support, receivedAt: new Date('2026-05-04T08:00:00Z') })
  const withNewer = await scheduled()
  const newer = await desk.ticket({ mailboxId: support, receivedAt: new Date(Date.now() + 60_000) })
  const merge = (survivorId: number, mergedId: number) =>
    inTransaction(desk.database.db, tx => mergeTickets(tx, { survivorId, mergedId, agentId: ben.agentId }))

  await merge(withOlder.ticketId, older.ticketId)
  await merge(withNewer.ticketId, newer.ticketId)

  expect(replyIn(await ticketOf(withOlder.number), withOlder.reply.id)?.delivery?.state).toBe('held')
  expect(replyIn(await ticketOf(withNewer.number), withNewer.reply.id)?.delivery?.state).toBe('cancelled')
})

test('who may not use the mailbox can neither move it nor take it back', async () => {
  const { reply } = await scheduled()
  const params = { id: reply.id }

  const refused = await Promise.all([
    cy.fetch(rescheduleReply, { params, body: { sendAt: null } }),
    cy.fetch(unscheduleReply, { params }),
  ])

  expect(refused.map(response => response.status)).toEqual([404, 404])
})
