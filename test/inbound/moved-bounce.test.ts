import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getTicket, listTickets, sendReply, updateTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { postfixReport } from '../support/reports.ts'

let desk: Desk
let support: number
let billing: number
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(() => desk.stop())

test('a reply that comes back under an id of its provider is known by our own field, though its ticket was moved since', async () => {
  const { db } = desk.database
  const { number } = await desk.receive(support, { messageId: 'first@customer.test' })
  const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'Here you are.' } })
  await sql`update outbox set state = 'accepted', settled_at = now()`.execute(db)
  await sql`update outbox_recipient set state = 'accepted', settled_at = now()`.execute(db)
  await ada.call(updateTicket, { params: { number }, body: { mailboxId: billing, state: 'closed' } })
  const { bytes_blob_id: blobId } = await db
    .selectFrom('outbox')
    .select('bytes_blob_id')
    .where('message_id', '=', id)
    .executeTakeFirstOrThrow()
  const bytes = (await desk.blobs.read(blobId)).toString('latin1')
  const sent = Buffer.from(
    bytes
      .replace(/^Message-ID:.*(?:\r\n[ \t].*)*/im, 'Message-ID: <0100018f@email.provider.test>')
      .replace(/^(?:References|In-Reply-To):.*(?:\r\n[ \t].*)*\r\n/gim, ''),
    'latin1',
  )
  const reported = { sent, to: 'support@desk.test', recipient: 'ann@customer.test' }
  const words = '550 5.1.1 no such user'

  const bounce = await desk.receive(
    support,
    Buffer.from(postfixReport(reported, { action: 'failed', status: '5.1.1', words })),
  )

  const { data } = await ada.call(listTickets, { query: { queue: 'undelivered' } })
  expect(bounce.number).toBe(number)
  expect(await ada.call(getTicket, { params: { number } })).toMatchObject({ state: 'open' })
  expect(data.map(row => row.number)).toEqual([number])
})
