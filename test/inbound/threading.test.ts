import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { openKeyRing } from '../../src/db/key-ring.ts'
import { rotateKey } from '../../src/db/rotate-key.ts'
import { signReplyToken } from '../../src/mail/reply-token.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { TEST_SECRET_KEY } from '../support/ground.ts'
import { type MailParts, rawMail } from '../support/mails.ts'

let desk: FilingDesk
let filed: FiledReader

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
})

afterAll(() => desk.stop())

/** Files one mail and gives its message. */
async function receive(parts: MailParts & { mailboxId?: number }) {
  const { mailboxId = desk.mailboxId, ...mail } = parts
  const [row] = await desk.store([{ raw: rawMail(mail), mailboxId }])
  await desk.fileAll()
  return await filed.message(row)
}

test('an answer to our reply is placed by its token, with the reply as evidence', async () => {
  const first = await receive({ messageId: 'token@customer.test' })
  const sent = await desk.answer(first.ticket_id)

  const answer = await receive({ inReplyTo: sent.id, references: ['token@customer.test', sent.id] })

  expect(answer).toMatchObject({
    ticket_id: first.ticket_id,
    placed_by: 'reply-token',
    placed_by_message_id: sent.messageId,
    is_newcomer: false,
  })
})

test('a token in a plus-address places a mail that names no id', async () => {
  const first = await receive({ messageId: 'plus@customer.test' })
  const sent = await desk.answer(first.ticket_id)

  const answer = await receive({ to: `support+${sent.token}@desk.test`, subject: 'no ids here' })

  expect(answer).toMatchObject({ ticket_id: first.ticket_id, placed_by: 'reply-token' })
})

test('a forged token places nothing', async () => {
  const first = await receive({ messageId: 'forged-token@customer.test' })
  const sent = await desk.answer(first.ticket_id)
  const forged = sent.token.replace(
    /^(.{20})./,
    (_all, head) => `${head}${sent.token[20] === 'a' ? 'b' : 'a'}`,
  )

  const answer = await receive({ to: `support+${forged}@desk.test`, subject: 'guessed' })

  expect(answer).toMatchObject({ placed_by: 'no-ancestor' })
  expect(answer.ticket_id).not.toBe(first.ticket_id)
})

test('a token counts in the mailbox that issued it and in the one its ticket is in now, not in a third', async () => {
  const [moved, other] = [
    await desk.addMailbox({ address: 'moved@desk.test' }),
    await desk.addMailbox({ address: 'other@desk.test' }),
  ]
  const first = await receive({ messageId: 'moving@customer.test' })
  const sent = await desk.answer(first.ticket_id)
  await desk.db.updateTable('ticket').set({ mailbox_id: moved }).where('id', '=', first.ticket_id).execute()

  const atIssuer = await receive({ inReplyTo: sent.id, subject: 'a' })
  const atPresent = await receive({ inReplyTo: sent.id, subject: 'b', mailboxId: moved })
  const atThird = await receive({ inReplyTo: sent.id, subject: 'c', mailboxId: other })

  expect([atIssuer.ticket_id, atPresent.ticket_id]).toEqual([first.ticket_id, first.ticket_id])
  expect(atThird.placed_by).toBe('no-ancestor')
})

test('a token made for another mailbox is refused although its signature is genuine', async () => {
  const elsewhere = await desk.addMailbox({ address: 'elsewhere@desk.test' })
  const first = await receive({ messageId: 'bound@customer.test', mailboxId: elsewhere })
  const { reply_key: replyKey } = await filed.ticket(first.ticket_id)
  const key = desk.keys.active('tokens')
  const token = signReplyToken({ replyKey, mailboxId: elsewhere, key })

  const answer = await receive({ to: `support+${token}@desk.test`, subject: 'wrong door' })

  expect(answer.placed_by).toBe('no-ancestor')
})

test('tokens of a retired key thread, one of a key this node has not heard of too, and none of a revoked one', async () => {
  const elsewhere = await openKeyRing(desk.db, { secretKey: TEST_SECRET_KEY, oldSecretKey: null })
  const rotate = async (former: 'retired' | 'revoked') => {
    await inTransaction(desk.db, tx => rotateKey(tx, elsewhere, { purpose: 'tokens', former }))
    await elsewhere.refresh()
  }
  const first = await receive({ messageId: 'long-ago@customer.test' })
  const { reply_key: replyKey } = await filed.ticket(first.ticket_id)
  const tokenNow = () =>
    signReplyToken({ replyKey, mailboxId: desk.mailboxId, key: elsewhere.active('tokens') })
  const answer = async (token: string, subject: string) =>
    (await receive({ to: `support+${token}@desk.test`, subject })).ticket_id

  const old = tokenNow()
  await rotate('retired')
  const byRetired = await answer(old, 'by a retired key')
  const byUnheard = await answer(tokenNow(), 'by a key made elsewhere')
  await rotate('revoked')
  await desk.keys.refresh()
  const byRevoked = await answer(old, 'by a revoked key')

  expect([byRetired, byUnheard]).toEqual([first.ticket_id, first.ticket_id])
  expect(byRevoked).not.toBe(first.ticket_id)
})

test('In-Reply-To comes before References, and the newest reference before older ones', async () => {
  const one = await receive({ messageId: 'ref-1@customer.test', subject: 'one' })
  const two = await receive({ messageId: 'ref-2@customer.test', subject: 'two', from: 'bob@customer.test' })

  const byReply = await receive({
    inReplyTo: 'ref-1@customer.test',
    references: ['ref-1@customer.test', 'ref-2@customer.test'],
    subject: 'by reply',
  })
  const byReference = await receive({
    references: ['ref-1@customer.test', 'ref-2@customer.test', 'never-seen@customer.test'],
    from: 'bob@customer.test',
    subject: 'by reference',
  })

  expect(byReply).toMatchObject({ ticket_id: one.ticket_id, placed_by: 'in-reply-to' })
  expect(byReference).toMatchObject({
    ticket_id: two.ticket_id,
    placed_by: 'references',
    placed_by_message_id: two.id,
  })
})

test('equal subjects and a ticket number in the subject never thread', async () => {
  const first = await receive({ subject: 'Invoice', messageId: 'invoice-1@customer.test' })
  const { number } = await filed.ticket(first.ticket_id)

  const same = await receive({ subject: 'Invoice', messageId: 'invoice-2@customer.test' })
  const numbered = await receive({ subject: `Re: [#${number}] Invoice`, from: 'eve@evil.test' })

  expect(new Set([first.ticket_id, same.ticket_id, numbered.ticket_id]).size).toBe(3)
})

test('answers to a mail we never got meet in one ticket', async () => {
  const one = await receive({ inReplyTo: 'lost@customer.test', subject: 'one' })

  const two = await receive({ inReplyTo: 'lost@customer.test', subject: 'two', from: 'bob@customer.test' })

  expect(two).toMatchObject({ ticket_id: one.ticket_id, placed_by: 'in-reply-to', is_newcomer: true })
})

test('a mail that comes after its answer joins the answer', async () => {
  const answer = await receive({ inReplyTo: 'late@customer.test', subject: 'Re: late' })

  const late = await receive({ messageId: 'late@customer.test', subject: 'late' })

  expect(late).toMatchObject({
    ticket_id: answer.ticket_id,
    placed_by: 'named-before',
    placed_by_message_id: answer.id,
  })
})

test('a stranger who answers is a newcomer, and the ticket keeps its customer', async () => {
  const first = await receive({ messageId: 'stranger@customer.test', cc: 'bob@customer.test' })
  const sent = await desk.answer(first.ticket_id)

  const copied = await receive({ inReplyTo: sent.id, from: 'Bob <bob@customer.test>', subject: 'copied' })
  const stranger = await receive({
    inReplyTo: sent.id,
    from: 'Eve <eve@evil.test>',
    cc: 'mallory@evil.test',
    subject: 'stranger',
  })

  expect([copied.is_newcomer, stranger.is_newcomer]).toEqual([false, true])
  expect((await filed.ticket(first.ticket_id)).customer_id).toBe(first.customer_id)
  expect(await filed.participants(first.ticket_id)).toEqual({
    'ann@customer.test': 'customer',
    'bob@customer.test': 'copied',
    'eve@evil.test': 'newcomer',
    'mallory@evil.test': 'newcomer',
  })
})

test('a mail with two senders is never taken for the customer it names first', async () => {
  const first = await receive({ messageId: 'two-senders@customer.test' })

  const doubtful = await receive({
    inReplyTo: 'two-senders@customer.test',
    from: 'Ann <ann@customer.test>, Eve <eve@evil.test>',
    subject: 'send it to my new address',
  })

  expect(doubtful).toMatchObject({ ticket_id: first.ticket_id, is_unverified: true, sender_grade: 'failed' })
})

test('whom an agent has answered is no newcomer any more', async () => {
  const first = await receive({ messageId: 'promoted@customer.test' })
  await receive({ inReplyTo: 'promoted@customer.test', from: 'dan@customer.test', subject: 'hello' })
  await desk.answer(first.ticket_id, { to: 'dan@customer.test' })

  const again = await receive({
    inReplyTo: 'promoted@customer.test',
    from: 'dan@customer.test',
    subject: 'thanks',
  })

  expect(again.is_newcomer).toBe(false)
})

test('a reused Message-ID is another message: in the ticket for a participant, outside for a stranger', async () => {
  const first = await receive({ messageId: 'reused@customer.test', text: 'one' })

  const own = await receive({ messageId: 'reused@customer.test', text: 'two' })
  const foreign = await receive({ messageId: 'reused@customer.test', text: 'three', from: 'eve@evil.test' })

  expect(own.ticket_id).toBe(first.ticket_id)
  expect(foreign.ticket_id).not.toBe(first.ticket_id)
  for (const message of [own, foreign]) expect(message.defects).toContain('reused-message-id')
})

test('an answer to an id that strangers share goes to the ticket its sender is in, else to the first', async () => {
  const shared = { messageId: 'shared@customer.test' }
  const [eve, ann, dan] = ['eve@evil.test', 'ann@customer.test', 'dan@customer.test']
  const first = await receive({ ...shared, from: eve, text: 'one' })
  const second = await receive({ ...shared, from: ann, text: 'two' })
  const answerOf = (from: string, n: number) =>
    receive({ messageId: `answer${n}@customer.test`, inReplyTo: shared.messageId, from })

  const answers = [await answerOf(ann, 1), await answerOf(eve, 2), await answerOf(dan, 3)]
  const again = await receive({ ...shared, from: ann, text: 'three' })

  expect(again.ticket_id).toBe(second.ticket_id)
  expect(second.ticket_id).not.toBe(first.ticket_id)
  expect(answers.map(answer => [answer.ticket_id, answer.is_newcomer])).toEqual([
    [second.ticket_id, false],
    [first.ticket_id, false],
    [first.ticket_id, true],
  ])
})

test('so it does where all of them come at once, and of a sender who gives every mail one id five are kept', async () => {
  const shared = { messageId: 'constant@customer.test' }
  const writers = Array.from({ length: 9 }, (_, n) => `writer${n}@customer.test`)
  const raws = writers.map(from => rawMail({ ...shared, from, text: from }))
  const last = rawMail({
    messageId: 'after-constant@customer.test',
    inReplyTo: shared.messageId,
    from: 'writer2@customer.test',
  })
  const rows = await desk.store([...raws, last].map(raw => ({ raw, mailboxId: desk.mailboxId })))
  await desk.fileAll()
  const messages = await Promise.all(rows.map(row => filed.message(row)))

  const kept = await desk.db.selectFrom('namesake').select('message_id').execute()

  expect(messages.at(-1)?.ticket_id).toBe(messages[2]?.ticket_id)
  expect(new Set(messages.map(message => message.ticket_id)).size).toBe(writers.length)
  const ids = new Set(messages.map(message => message.id))
  expect(kept.filter(row => ids.has(row.message_id))).toHaveLength(5)
})

test('an answer opens a closed or waiting ticket, keeps its assignee and starts the wait', async () => {
  const agentId = await desk.addAgent()
  for (const state of ['closed', 'waiting'] as const) {
    const first = await receive({ messageId: `${state}@customer.test`, subject: state })
    await desk.answer(first.ticket_id, { agentId })
    await setTicket(first.ticket_id, { state, assignee_id: agentId })

    const answer = await receive({ inReplyTo: `${state}@customer.test`, subject: `Re: ${state}` })

    expect(await filed.ticket(first.ticket_id)).toMatchObject({
      state: 'open',
      assignee_id: agentId,
      closed_at: null,
      waiting_since: answer.received_at,
    })
    expect(await filed.events(first.ticket_id)).toEqual([
      'ticket_opened',
      'message_received',
      'state_changed',
    ])
  }
})

test('spam stays spam', async () => {
  const first = await receive({ messageId: 'spam@customer.test' })
  await setTicket(first.ticket_id, { state: 'spam' })

  await receive({ inReplyTo: 'spam@customer.test', subject: 'more' })

  expect(await filed.ticket(first.ticket_id)).toMatchObject({ state: 'spam', message_count: 2 })
})

test('a robot is filed in its ticket and opens nothing', async () => {
  const first = await receive({ messageId: 'robot@customer.test' })
  await setTicket(first.ticket_id, { state: 'closed' })

  const robot = await receive({
    inReplyTo: 'robot@customer.test',
    subject: 'Out of office',
    headers: ['Auto-Submitted: auto-replied'],
  })

  expect(robot).toMatchObject({ ticket_id: first.ticket_id, kind: 'auto-reply' })
  expect((await filed.ticket(first.ticket_id)).state).toBe('closed')
})

test('a bounce that names nothing in its header is placed by the mail it returns', async () => {
  const first = await receive({ messageId: 'bounced@customer.test' })
  const sent = await desk.answer(first.ticket_id)
  const [row] = await desk.store([bounceOf(sent.id)])

  await desk.fileAll()

  expect(await filed.message(row)).toMatchObject({ ticket_id: first.ticket_id, kind: 'bounce' })
  expect(await filed.participants(first.ticket_id)).toEqual({ 'ann@customer.test': 'customer' })
})

async function setTicket(
  id: number,
  values: { state: 'closed' | 'waiting' | 'spam'; assignee_id?: number },
): Promise<void> {
  const closed_at = values.state === 'closed' ? new Date() : null
  await desk.db
    .updateTable('ticket')
    .set({ ...values, closed_at })
    .where('id', '=', id)
    .execute()
}

function bounceOf(id: string): Buffer {
  const lines = [
    'From: MAILER-DAEMON@mx.customer.test',
    'To: support@desk.test',
    'Subject: Undelivered Mail Returned to Sender',
    'Message-ID: <bounce-1@mx.customer.test>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    '',
    '--b',
    'Content-Type: text/plain',
    '',
    'No such user.',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.customer.test',
    '',
    'Final-Recipient: rfc822; ann@customer.test',
    'Action: failed',
    'Status: 5.1.1',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${id}>`,
    'Subject: Re: My parcel',
    '--b--',
    '',
  ]
  return Buffer.from(lines.join('\r\n'))
}
