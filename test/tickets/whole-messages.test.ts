import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { getTicket, listTickets } from '../../src/shared/tickets.ts'
import { type Desk, startDesk } from '../support/desk.ts'
import { waitUntilHeldUp } from '../support/held-up.ts'

let desk: Desk

beforeAll(async () => {
  desk = await startDesk()
})

afterAll(async () => await desk.stop())

test('a message that comes in while its ticket is read is shown with its files, or not yet', async () => {
  const { db } = desk.database
  const mailboxId = await desk.mailbox('support@desk.test')
  const ada = await desk.agent('ada', { role: 'owner' })
  const { ticketId, number } = await desk.ticket({ mailboxId })
  const file = { filename: 'contract.pdf', contentType: 'application/pdf', sizeBytes: 8, contentId: null }
  const attachments = [{ ...file, partIndex: 0, isInline: false, isMinor: false, blobId: null }]
  const other = await desk.ticket({ mailboxId, attachments })

  const read = () => ada.call(getTicket, { params: { number } })
  // As many connections as a ticket is read by: none of them is opened too late below.
  await Promise.all(Array.from({ length: 5 }, read))

  const reading = await inTransaction(db, async tx => {
    // Messages cannot be read until this is committed, files can.
    await sql`lock table message_body in access exclusive mode`.execute(tx)
    await sql`update message set ticket_id = ${ticketId} where id = ${other.messageId}`.execute(tx)
    const answer = read()
    await waitUntilHeldUp(db)
    await ada.call(listTickets, { query: { queue: 'all' } })
    return { answer }
  })

  const { messages } = await reading.answer
  expect(messages.map(message => message.attachments.map(one => one.filename))).toEqual([
    [],
    ['contract.pdf'],
  ])
})
