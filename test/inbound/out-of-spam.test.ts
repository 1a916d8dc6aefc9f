import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TicketChange } from '../../src/shared/ticket-change.ts'
import { getTicket, listTickets, sendReply, updateTicket } from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { postfixReport } from '../support/reports.ts'

let desk: Desk
let support: number
let ada: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { role: 'owner' })
})

afterAll(() => desk.stop())

const read = (number: number) => ada.call(getTicket, { params: { number } })
const change = (number: number, body: TicketChange) => ada.call(updateTicket, { params: { number }, body })

test('what the server takes out of Junk does not stay with who left', async () => {
  const leaver = await desk.agent('leaver', { mailboxIds: [support] })
  const mail = Buffer.from(
    `From: ann@customer.test\r\nTo: support@desk.test\r\nSubject: Lottery\r\nMessage-ID: <junk@customer.test>\r\n\r\nHello.\r\n`,
  )
  const { number } = await desk.receive(support, mail, { role: 'junk' })
  await change(number, { assigneeId: leaver.agentId })
  await sql`update agent set state = 'deactivated' where id = ${leaver.agentId}`.execute(desk.database.db)

  await desk.receive(support, mail)

  expect(await read(number)).toMatchObject({ state: 'open', assigneeId: null })
})

test('what the server does not take for spam is seen, though it answers what it took for it', async () => {
  const answer = (inReplyTo: string) => ({
    inReplyTo,
    messageId: `${crypto.randomUUID()}@customer.test`,
    text: 'Did you get my mail?\r\n',
  })
  const [byServer, byAgent] = ['server@customer.test', 'agent@customer.test']
  const junked = await desk.receive(support, { messageId: byServer }, { role: 'junk' })
  const judged = await desk.receive(support, { messageId: byAgent })
  await change(judged.number, { state: 'spam' })
  const more = await desk.receive(support, answer(byServer), { role: 'junk' })
  const still = await read(junked.number)

  await desk.receive(support, answer(byServer))
  await desk.receive(support, answer(byAgent))

  expect([more.number, still.state]).toEqual([junked.number, 'spam'])
  expect(await read(junked.number)).toMatchObject({
    state: 'open',
    messageCount: 3,
    waitingSince: still.messages[0]?.receivedAt,
  })
  expect((await read(judged.number)).state).toBe('spam')
})

test('a reply that came back brings its ticket out of the Trash, though it lay there as spam', async () => {
  const { db } = desk.database
  const { number } = await desk.receive(support, { messageId: 'first@customer.test' })
  const { id } = await ada.call(sendReply, { params: { number }, body: { text: 'Here you are.' } })
  await sql`update outbox set state = 'accepted', settled_at = now() where message_id = ${id}`.execute(db)
  await sql`update outbox_recipient set state = 'accepted', settled_at = now() where message_id = ${id}`.execute(
    db,
  )
  await change(number, { state: 'spam', isDeleted: true })
  const { bytes_blob_id: blobId } = await db
    .selectFrom('outbox')
    .select('bytes_blob_id')
    .where('message_id', '=', id)
    .executeTakeFirstOrThrow()
  const reported = {
    sent: await desk.blobs.read(blobId),
    to: 'support@desk.test',
    recipient: 'ann@customer.test',
  }
  const words = '550 5.1.1 no such user'

  await desk.receive(
    support,
    Buffer.from(postfixReport(reported, { action: 'failed', status: '5.1.1', words })),
  )

  expect(await read(number)).toMatchObject({ state: 'open', deletedAt: null })
  const { data } = await ada.call(listTickets, { query: { queue: 'undelivered' } })
  expect(data.map(row => row.number)).toEqual([number])
})
