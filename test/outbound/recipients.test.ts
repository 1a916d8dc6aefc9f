import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { decideNewcomer } from '../../src/shared/newcomers.ts'
import { mergeTicket } from '../../src/shared/placing.ts'
import { judgeRecipients } from '../../src/shared/recipients.ts'
import { getTicket, sendReply } from '../../src/shared/tickets.ts'
import type { DeskAgent } from '../support/desk.ts'
import { rawMail } from '../support/mails.ts'
import { type MailDesk, startDeskOfAda } from './mail-desk.ts'

let desk: MailDesk
let mailboxId: number
let ada: DeskAgent

beforeAll(async () => {
  ;({ desk, mailboxId, ada } = await startDeskOfAda())
})

afterAll(async () => {
  await desk.stop()
})

/** A ticket of Ann's with Bob in Cc, answered once. */
async function answeredTicket(name: string) {
  const ticket = await desk.receive(
    mailboxId,
    rawMail({ from: `ann@${name}.test`, cc: `bob@${name}.test`, messageId: `one@${name}.test` }),
  )
  const params = { number: ticket.number }
  const reply = await ada.call(sendReply, { params, body: { text: 'On its way.' } })
  return { ...ticket, params, reply, id: reply.internetMessageId ?? '' }
}

const addresses = (people: { address: string }[]) => people.map(one => one.address)

test('whom the newest mail left out, brought in and whom nobody wrote to yet is said before sending', async () => {
  const { params, id } = await answeredTicket('marks')
  await desk.receive(
    mailboxId,
    rawMail({ from: 'ann@marks.test', cc: 'eve@else.test', inReplyTo: id, references: [id], text: 'And?' }),
  )
  await ada.call(decideNewcomer, { params, body: { address: 'eve@else.test', decision: 'accept' } })

  const judged = await ada.call(judgeRecipients, { params, body: { bcc: ['boss@desk.test'] } })

  expect(judged).toEqual({
    to: [{ name: null, address: 'ann@marks.test', marks: [] }],
    cc: [{ name: null, address: 'eve@else.test', marks: ['added', 'external', 'first-time'] }],
    bcc: [{ name: null, address: 'boss@desk.test', marks: ['added', 'first-time'] }],
    dropped: [{ name: null, address: 'bob@marks.test' }],
  })
})

test('what is judged is what is sent: to an older message that the agent chose, and quoting that one', async () => {
  const { params, id, messageId } = await answeredTicket('chosen')
  await desk.receive(
    mailboxId,
    rawMail({ from: 'ann@chosen.test', inReplyTo: id, references: [id], text: 'Only to you.' }),
  )
  const body = { answeredMessageId: messageId }

  const judged = await ada.call(judgeRecipients, { params, body })
  const sent = await ada.call(sendReply, { params, body: { text: 'To both.', withHistory: true, ...body } })

  const mail = await desk.taken(sent.id)
  expect(mail.to).toEqual(addresses([...judged.to, ...judged.cc]))
  expect(mail.to).toEqual(['ann@chosen.test', 'bob@chosen.test'])
  expect(mail.raw.toString()).toMatch(/In-Reply-To: <one@chosen.test>/)
  expect(sent.text).toContain('> Good morning, my parcel has not come.')
  expect(sent.text).not.toContain('Only to you.')
})

test('whether mailboxes of others have written to somebody is not told', async () => {
  const secret = await desk.mailbox('legal@desk.test')
  const { params } = await answeredTicket('quiet')
  const hidden = await desk.receive(
    secret,
    rawMail({ from: 'whistle@blower.test', messageId: 'one@blower.test' }),
  )
  const cy = await desk.agent('cy', { mailboxIds: [mailboxId, secret] })
  await cy.call(sendReply, { params: { number: hidden.number }, body: { text: 'Thank you.' } })
  const body = { to: ['whistle@blower.test'] }

  const judged = await Promise.all([ada, cy].map(agent => agent.call(judgeRecipients, { params, body })))

  expect(judged.map(one => one.to[0]?.marks.includes('first-time'))).toEqual([true, false])
})

test('a message of another ticket is not answered from this one', async () => {
  const one = await answeredTicket('here')
  const other = await answeredTicket('there')
  const body = { answeredMessageId: other.messageId }

  const answers = await Promise.all([
    ada.fetch(judgeRecipients, { params: one.params, body }),
    ada.fetch(sendReply, { params: one.params, body: { text: 'x', ...body } }),
  ])

  expect(answers.map(answer => answer.status)).toEqual([404, 404])
})

test('a mail that waits goes to whom its agent saw, whoever becomes the customer meanwhile (D5)', async () => {
  const { db } = desk.database
  const { ticketId, params, id } = await answeredTicket('frozen')
  const other = await answeredTicket('other')
  await sql`update agent set undo_seconds = 30 where id = ${ada.agentId}`.execute(db)
  const sent = await ada.call(sendReply, { params, body: { text: 'Your new password.' } })
  await sql`update agent set undo_seconds = 0 where id = ${ada.agentId}`.execute(db)

  // Another customer, another address of theirs, a Reply-To, new participants and a merge.
  await sql`update ticket set customer_id = (select customer_id from ticket where id = ${other.ticketId})
    where id = ${ticketId}`.execute(db)
  await desk.receive(
    mailboxId,
    rawMail({ from: 'eve@frozen.test', cc: 'eve@x.test', inReplyTo: id, headers: ['Reply-To: eve@x.test'] }),
  )
  await ada.call(decideNewcomer, { params, body: { address: 'eve@frozen.test', decision: 'accept' } })
  await ada.call(mergeTicket, { params, body: { intoNumber: other.params.number } })
  await sql`update outbox set due_at = clock_timestamp() where message_id = ${sent.id}`.execute(db)

  const mail = await desk.taken(sent.id)
  const after = await ada.call(getTicket, { params: other.params })
  expect(mail.to.toSorted()).toEqual(['ann@frozen.test', 'bob@frozen.test'])
  expect(after.messages.map(message => message.id)).toContain(sent.id)
})
