import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMailReader, type MailReader } from '../../src/inbound/mail-reader.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { fileAll, storeMails } from '../support/filing.ts'
import { rawMail } from '../support/mails.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let reader: MailReader
let mailboxId: number
/** Brings a mail into the mailbox and files it. */
let fileOne: (raw: Buffer) => Promise<void>

beforeAll(async () => {
  desk = await startSendingDesk()
  const { db, blobs, keys, log, instanceId } = desk
  mailboxId = await desk.mailbox('support@desk.test')
  await sql`insert into folder (mailbox_id, path, role) values (${mailboxId}, 'INBOX', 'inbox')`.execute(db)
  reader = createMailReader({ log, clock: systemClock, blobsRoot: blobs.root, processes: 1 })
  const uids = { next: 1 }
  fileOne = async raw => {
    await storeMails({ db, blobs, mailboxId, uids }, [{ raw, receivedAt: new Date() }])
    await fileAll({ db, reader, keys, log, instanceId, dns: null, clock: systemClock, owed: [] })
  }
  // The first mail waits for the reader's process.
  await fileOne(rawMail({ from: 'first@example.org' }))
})

afterAll(async () => {
  await reader?.stop()
  await desk.stop()
})

test('in 12 races of a customer’s mail against a scheduled reply each is sent or a draft, never both', async () => {
  const { db } = desk
  const agent = await desk.agent('ada', [mailboxId])
  const races = await Promise.all(
    Array.from({ length: 12 }, async (_, n) => {
      const from = { name: null, address: `c${n}@example.org` }
      const { ticketId, id } = await desk.ticket(mailboxId, { from })
      const sendAt = new Date(Date.now() + 3_600_000)
      const messageId = await desk.send(agent, { ticketId, to: [from.address], sendAt })
      const raw = rawMail({ from: from.address, inReplyTo: id, messageId: `a${n}@example.org` })
      return { n, ticketId, messageId, address: from.address, raw }
    }),
  )
  const makeDue = async (messageId: number) => {
    await sql`update outbox set due_at = clock_timestamp() where message_id = ${messageId}`.execute(db)
    desk.bells.ring('outbox')
  }

  const sender = await desk.sender()
  for (const { n, messageId, raw } of races) {
    // The first mail comes well before its reply is due; the others at that very moment.
    if (n === 0) await fileOne(raw)
    await Promise.all([makeDue(messageId), ...(n === 0 ? [] : [fileOne(raw)])])
  }

  for (const { messageId } of races) {
    const row = await desk.outbox(messageId)
    if (row.state !== 'cancelled') await desk.reaches(messageId, 'accepted')
  }
  await sender.stop()
  const drafts = await db.selectFrom('draft').select('ticket_id').execute()
  const sent = races.filter(race => desk.sink.accepted.some(mail => mail.to.includes(race.address)))
  const kept = races.filter(race => drafts.some(draft => draft.ticket_id === race.ticketId))
  expect([...sent, ...kept].map(race => race.n).toSorted((a, b) => a - b)).toEqual(races.map(race => race.n))
  expect(kept.map(race => race.n)).toContain(0)
})
