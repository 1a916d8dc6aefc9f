import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Caller } from '../../src/agents/can.ts'
import { updateOwnProfile } from '../../src/agents/me.ts'
import { inTransaction } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { updateMailbox } from '../../src/mailboxes/connect-mailbox.ts'
import { getMailboxView } from '../../src/mailboxes/mailbox-view.ts'
import type { OpeningHours } from '../../src/mailboxes/opening-hours.ts'
import { acknowledgeTicket } from '../../src/outbound/acknowledge-ticket.ts'
import { getReplySender } from '../../src/outbound/reply-sender.ts'
import { addMessages } from '../../src/tickets/add-messages.ts'
import { moveTicket } from '../../src/tickets/move-ticket.ts'
import { newMessage } from '../support/new-message.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let billing: number
let support: number
let ada: Caller

const german = {
  address: 'billing+de@desk.test',
  name: 'Rechnungen',
  signature: 'Ihr Team\n{{mailboxAddress}}',
}

beforeAll(async () => {
  desk = await startSendingDesk()
  billing = await desk.mailbox('billing@desk.test', { name: 'Billing', acknowledges: true })
  support = await desk.mailbox('support@desk.test', { name: 'Support', signature: 'Support team' })
  ada = await desk.agent('ada', [billing, support])
  await update(billing, { aliasDetails: [german, { address: 'bill@desk.test', name: null, signature: '' }] })
  await update(billing, { signature: '{{agentName}} of {{mailboxName}}' })
})

afterAll(() => desk.stop())

function update(mailboxId: number, change: Parameters<typeof updateMailbox>[2]) {
  return updateMailbox({ ...desk, clock: systemClock, dnsServers: [] }, mailboxId, change)
}

const writtenTo = (...to: string[]) =>
  desk.ticket(billing, { to: to.map(address => ({ name: null, address })) })

/** From and the end of a message's text. */
async function lookAt(messageId: number): Promise<{ from: string; signature: string }> {
  const { rows } = await sql<{ from: string; text: string }>`
    select m.from_name || ' <' || m.from_address || '>' as "from", b.text
    from message m join message_body b on b.message_id = m.id where m.id = ${messageId}`.execute(desk.db)
  const [row] = rows
  return { from: row?.from ?? '', signature: row?.text.split('\n-- \n')[1]?.trim() ?? '' }
}

test('mail to an alias is answered from it, with its signature, also when the customer answers elsewhere', async () => {
  const { ticketId } = await writtenTo('Billing+DE@desk.test')

  const first = await desk.send(ada, { ticketId })
  await sql`update message set to_addresses = '[]' where ticket_id = ${ticketId} and direction = 'inbound'`.execute(
    desk.db,
  )
  const second = await desk.send(ada, { ticketId })

  const asAlias = { from: 'Rechnungen <billing+de@desk.test>', signature: 'Ihr Team\nbilling+de@desk.test' }
  expect(await lookAt(first)).toEqual(asAlias)
  expect(await lookAt(second)).toEqual(asAlias)
  expect(await getReplySender(desk.db, ticketId, ada.agentId)).toMatchObject({
    from: { address: 'billing+de@desk.test' },
  })
})

test('the From that is shown for a message an agent chose is the one that is sent', async () => {
  const { ticketId, messageId: older } = await writtenTo('billing@desk.test')
  const to = [{ name: null, address: german.address }]
  await inTransaction(desk.db, tx => addMessages(tx, [newMessage({ ticketId, mailboxId: billing, to })]))

  const shown = await getReplySender(desk.db, ticketId, ada.agentId, older)

  const sent = await desk.send(ada, { ticketId, answeredMessageId: older })
  const newest = await getReplySender(desk.db, ticketId, ada.agentId)
  expect(shown.from).toEqual({ name: 'Billing', address: 'billing@desk.test' })
  expect((await lookAt(sent)).from).toBe('Billing <billing@desk.test>')
  expect(newest.from.address).toBe(german.address)
})

test('an alias without words of its own has the mailbox’s, and To goes before Cc', async () => {
  const plain = await writtenTo('bill@desk.test', 'billing+de@desk.test')
  const itself = await writtenTo('ann@other.example', 'billing@desk.test', 'billing+de@desk.test')
  const strange = await writtenTo('billing+fr@desk.test')

  const sent = await Promise.all([plain, itself, strange].map(({ ticketId }) => desk.send(ada, { ticketId })))

  const froms = await Promise.all(sent.map(lookAt))
  expect(froms).toEqual([
    { from: 'Billing <bill@desk.test>', signature: 'ada of Billing' },
    { from: 'Billing <billing@desk.test>', signature: 'ada of Billing' },
    { from: 'Billing <billing@desk.test>', signature: 'ada of Billing' },
  ])
})

test('a moved ticket is answered as its new mailbox, and from the alias again when it comes back', async () => {
  const { ticketId } = await writtenTo('billing+de@desk.test')
  const move = (mailboxId: number) =>
    inTransaction(desk.db, tx => moveTicket(tx, { ticketId, mailboxId, agentId: ada.agentId }))

  await move(support)
  const there = await desk.send(ada, { ticketId })
  await move(billing)
  const back = await desk.send(ada, { ticketId })

  expect(await lookAt(there)).toEqual({ from: 'Support <support@desk.test>', signature: 'Support team' })
  expect((await lookAt(back)).from).toBe('Rechnungen <billing+de@desk.test>')
})

test('an agent’s signature stands above the mailbox’s, or where that one places it', async () => {
  const ben = await desk.agent('{{mailboxName}}', [billing, support])
  await updateOwnProfile(desk.db, ben.agentId, { signature: 'Ben, {{agentName}}' })
  const { ticketId } = await writtenTo('billing@desk.test')
  const other = await desk.ticket(support)

  const above = await desk.send(ben, { ticketId: other.ticketId })
  await update(billing, { signature: 'Best wishes\n{{agentSignature}}\nBilling' })
  const placed = await desk.send(ben, { ticketId })
  await update(billing, { signature: '{{agentName}} of {{mailboxName}}' })

  // One pass: what a name holds is never read as a template.
  expect((await lookAt(above)).signature).toBe('Ben, {{mailboxName}}\nSupport team')
  expect((await lookAt(placed)).signature).toBe('Best wishes\nBen, {{mailboxName}}\nBilling')
})

test('a signature that cannot be written is refused at save, and an old one comes out as it was typed', async () => {
  const refused = { code: 'bad-template', details: { known: expect.arrayContaining(['agentName']) } }
  const old = await desk.mailbox('old@desk.test', { signature: 'Call {{us}} {{{now}}}' })
  const { ticketId } = await desk.ticket(old)

  const messageId = await desk.send({ ...ada, mailboxIds: [old] }, { ticketId })

  expect((await lookAt(messageId)).signature).toBe('Call {{us}} {{{now}}}')
  await expect(updateOwnProfile(desk.db, ada.agentId, { signature: '{{customer}}' })).rejects.toMatchObject(
    refused,
  )
  await expect(update(billing, { signature: '{{{agentName}}}' })).rejects.toMatchObject(refused)
  await expect(update(billing, { aliasDetails: [{ ...german, signature: '{{x}}' }] })).rejects.toMatchObject(
    refused,
  )
  expect((await getMailboxView(desk.db, billing)).aliasDetails[0]).toEqual(german)
})

test('out of hours a customer learns when somebody is back, from the alias they wrote to', async () => {
  const never: OpeningHours = {
    timeZone: 'Europe/Sofia',
    week: Array(7).fill(null),
    holidays: [],
    answerWithinHours: 4,
  }
  const today = new Date().toISOString().slice(0, 10)
  const week = Array(7).fill({ from: '00:00', to: '24:00' })
  const from = (name: string) => ({ name: null, address: `${name}@hours.example` })
  const to = [{ name: null, address: 'billing+de@desk.test' }]

  await update(billing, { openingHours: never })
  const shut = await desk.ticket(billing, { from: from('ann'), to })
  await acknowledgeTicket({ ...desk, ...desk.context }, shut)
  await update(billing, { openingHours: { ...never, timeZone: 'UTC', week, holidays: [today] } })
  const holiday = await desk.ticket(billing, { from: from('ben'), to })
  await acknowledgeTicket({ ...desk, ...desk.context }, holiday)
  await update(billing, { openingHours: null })

  const sent = await desk.db
    .selectFrom('message')
    .innerJoin('message_body', 'message_body.message_id', 'message.id')
    .select(['text', 'from_address'])
    .where('ticket_id', 'in', [shut.ticketId, holiday.ticketId])
    .where('placed_by', '=', 'acknowledgement')
    .orderBy('message.id')
    .execute()
  expect(sent.map(one => one.from_address)).toEqual(['billing+de@desk.test', 'billing+de@desk.test'])
  expect(sent[0]?.text).toContain('Nobody is at work at the moment.\n\nWe will answer as soon as we can.')
  expect(sent[1]?.text).toMatch(/We are back on \w+ \d+ \w+ at 00:00 UTC\.\n\nYou can expect our answer by /)
})
