import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { foldKnown } from '../../src/inbound/fold-known.ts'
import { migrateJobs } from '../../src/jobs/run-jobs.ts'
import { createLog } from '../../src/lib/log.ts'
import { agentMailUuid, signLetterdeskRef } from '../../src/mail/letterdesk-ref.ts'
import { newMessageId } from '../../src/mail/new-message-id.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { countStatements } from '../support/count-statements.ts'
import { type FiledReader, readFiled } from '../support/filed.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { postfixReport } from '../support/reports.ts'

let desk: FilingDesk
let filed: FiledReader

beforeAll(async () => {
  desk = await startFilingDesk()
  filed = readFiled(desk.db)
})

afterAll(() => desk.stop())

test('a mail becomes a ticket of its sender with message, text, participants and event', async () => {
  const [row] = await desk.store([
    rawMail({
      from: 'Ann <Ann@Customer.TEST>',
      cc: 'Bob <bob@customer.test>, Support <SUPPORT@desk.test>',
      subject: 'Где моя посылка?',
    }),
  ])

  await desk.fileAll()

  const message = await filed.message(row)
  const ticket = await filed.ticket(message.ticket_id)
  expect(message).toMatchObject({
    direction: 'inbound',
    from_address: 'Ann@customer.test',
    is_newcomer: false,
  })
  expect(message.placed_by).toBe('no-ancestor')
  expect(ticket).toMatchObject({ subject: 'Где моя посылка?', state: 'open', message_count: 1 })
  expect(ticket.waiting_since).toEqual(message.received_at)
  expect(ticket.customer_id).toBe(message.customer_id)
  expect(await filed.participants(ticket.id)).toEqual({
    'ann@customer.test': 'customer',
    'bob@customer.test': 'copied',
  })
  expect(await filed.events(ticket.id)).toEqual(['ticket_opened'])
})

test('addresses that differ by case only are one customer', async () => {
  const rows = await desk.store([
    rawMail({ from: 'Cleo <CLEO@customer.test>', subject: 'one' }),
    rawMail({ from: 'cleo@Customer.Test', subject: 'two' }),
  ])

  await desk.fileAll()

  const [first, second] = [await filed.message(rows[0]), await filed.message(rows[1])]
  expect(second.customer_id).toBe(first.customer_id)
  expect(second.ticket_id).not.toBe(first.ticket_id)
})

test('the same mail in another row is `same` and names the first, in one batch and in a later one', async () => {
  const raw = rawMail({ subject: 'twice', messageId: 'twice@customer.test' })
  const again = Buffer.concat([Buffer.from('Received: from mx by lmtp; 1\r\n'), raw])
  const rows = await desk.store([raw, again])
  await desk.fileAll()
  const later = await desk.store([raw])

  await desk.fileAll()

  const first = await filed.row(rows[0])
  expect(first.state).toBe('filed')
  for (const id of [rows[1], later[0]]) {
    const expected = { state: 'same', same_as_id: first.id, message_id: first.message_id }
    expect(await filed.row(id)).toMatchObject(expected)
  }
})

test('a mail of ours seen again is `own`, and answers to its rewritten id find the ticket', async () => {
  const [row] = await desk.store([rawMail({ subject: 'rewritten' })])
  await desk.fileAll()
  const { ticket_id: ticketId } = await filed.message(row)
  const sent = await desk.answer(ticketId)
  const copy = rawMail({
    from: 'support@desk.test',
    messageId: 'new-name@relay.test',
    text: 'It is on\r\nits way. \r\n',
    headers: [`X-Letterdesk-Ref: ${sent.ref}`],
  })
  const [own, answer] = await desk.store([copy, rawMail({ inReplyTo: 'new-name@relay.test' })])

  await desk.fileAll()

  expect(await filed.row(own)).toMatchObject({ state: 'own', message_id: sent.messageId })
  const message = await filed.message(answer)
  expect(message).toMatchObject({ ticket_id: ticketId, placed_by: 'in-reply-to', kind: 'person' })
})

test('a mail of ours is known by its Message-ID alone, and a forged reference hides nothing', async () => {
  const [row] = await desk.store([rawMail({ subject: 'forged' })])
  await desk.fileAll()
  const sent = await desk.answer((await filed.message(row)).ticket_id)
  const forgedRef = `${sent.uuid}.${'a'.repeat(28)}`

  const [own, forged] = await desk.store([
    rawMail({ from: 'support@desk.test', messageId: sent.id, text: 'It is on its way.' }),
    rawMail({ subject: 'not yours', headers: [`X-Letterdesk-Ref: ${forgedRef}`] }),
  ])
  await desk.fileAll()

  expect(await filed.row(own)).toMatchObject({ state: 'own', message_id: sent.messageId })
  expect(await filed.row(forged)).toMatchObject({ state: 'filed' })
  expect((await filed.message(forged)).kind).toBe('person')
})

test('a test mail of ours is no ticket where a relay took its mark away, but for the one in its Message-ID', async () => {
  const key = desk.keys.active('tokens')
  const ref = signLetterdeskRef({ messageUuid: agentMailUuid(randomUUID()), key })
  const idWith = (token: string) => newMessageId({ random: randomBytes(16), token, domain: 'desk.test' })
  const toItself = (token: string) =>
    rawMail({ from: 'support@desk.test', to: 'support@desk.test', messageId: idWith(token) })

  const [own, forged] = await desk.store([toItself(ref), toItself(`${ref.slice(0, -4)}aaaa`)])
  await desk.fileAll()

  expect(await filed.row(own)).toMatchObject({ state: 'own', message_id: null })
  expect(await filed.row(forged)).toMatchObject({ state: 'filed' })
})

test('other words under a proof of ours are filed and seen, with the kind of who wrote them', async () => {
  const [row] = await desk.store([rawMail({ subject: 'replayed' })])
  await desk.fileAll()
  const sent = await desk.answer((await filed.message(row)).ticket_id)
  const ref = `X-Letterdesk-Ref: ${sent.ref}`

  const [replayed, sameId, file, footer] = await desk.store([
    rawMail({ subject: 'a', headers: [ref], text: 'It is on its way. And so am I.' }),
    rawMail({ subject: 'b', messageId: sent.id, text: 'You never wrote to me.' }),
    withFile({ subject: 'c', headers: [ref], text: 'It is on its way.' }),
    rawMail({ from: 'support@desk.test', headers: [ref], text: 'It is on its way.\r\n-- \r\nThe list' }),
  ])
  await desk.fileAll()

  const kinds: string[] = []
  for (const id of [replayed, sameId, file, footer]) {
    expect(await filed.row(id)).toMatchObject({ state: 'filed' })
    kinds.push((await filed.message(id)).kind)
  }
  expect(kinds).toEqual(['person', 'person', 'person', 'own'])
})

test('a mail without From is a ticket without customer', async () => {
  const [row] = await desk.store([rawMail({ from: null, subject: 'nobody' })])

  await desk.fileAll()

  const message = await filed.message(row)
  expect(message.from_address).toBeNull()
  expect((await filed.ticket(message.ticket_id)).customer_id).toBeNull()
})

test('what a mail can carry is storable: 20 kB ids, NUL, bad UTF-8, 5 MB of distinct words', async () => {
  const words = Array.from({ length: 600_000 }, (_, n) => n.toString(36).padStart(8, 'w')).join(' ')
  const rows = await desk.store([
    rawMail({ messageId: `${'x'.repeat(20_000)}@customer.test`, subject: 'long id' }),
    rawMail({ references: Array.from({ length: 400 }, (_, n) => `${n}-${'r'.repeat(900)}@x.test`) }),
    rawMail({ text: Buffer.from('nul \0 and \xff\xfe and \xed\xa0\x80 end', 'latin1'), subject: 'nul\0' }),
    rawMail({ subject: 'half =?utf-16be?B?2D0=?= pair', from: '"a\0\ud83d" <nul@customer.test>' }),
    rawMail({ text: words, subject: 'words' }),
  ])

  await desk.fileAll()

  for (const id of rows) expect(await filed.row(id)).toMatchObject({ state: 'filed', attempts: 1 })
})

test('a new live ticket of a person is acknowledged once where the mailbox says so', async () => {
  await migrateJobs({ directUrl: desk.databaseUrl, log: createLog({ level: 'silent' }) })
  const mailboxId = await desk.addMailbox({ address: 'hello@desk.test', acknowledges: true })
  const [live] = await desk.store([
    { mailboxId, raw: rawMail({ subject: 'live', messageId: 'live@customer.test' }) },
    { mailboxId, raw: rawMail({ subject: 'again', inReplyTo: 'live@customer.test' }) },
    { mailboxId, raw: rawMail({ subject: 'old' }), lane: 1 },
    { mailboxId, raw: rawMail({ subject: 'robot', headers: ['Auto-Submitted: auto-replied'] }) },
  ])

  await desk.fileAll()

  const { id, ticket_id: ticketId } = await filed.message(live)
  expect(await listJobs()).toEqual([{ ticketId, messageId: id }])
})

test('all mail of a batch gives each touched ticket one version and one hint', async () => {
  const [row] = await desk.store([
    rawMail({ subject: 'hint', messageId: 'hint@customer.test' }),
    rawMail({ subject: 'hint 2', inReplyTo: 'hint@customer.test' }),
  ])

  await desk.fileAll()

  const { ticket_id: ticketId } = await filed.message(row)
  const hints = await desk.db.selectFrom('live_event').selectAll().where('ticket_id', '=', ticketId).execute()
  expect(hints).toMatchObject([{ version: 2, kind: 'message_received', mailbox_id: desk.mailboxId }])
  expect(await filed.ticket(ticketId)).toMatchObject({ version: 2, message_count: 2 })
})

async function listJobs(): Promise<unknown[]> {
  const jobs = await desk.query('select payload from graphile_worker._private_jobs order by id')
  return jobs.map(job => job.payload)
}

/** The same mail with a file attached. */
function withFile(parts: MailParts): Buffer {
  const plain = rawMail(parts).toString()
  const [head = '', body = ''] = plain.split('\r\n\r\n')
  const type = 'Content-Type: text/plain; charset=utf-8'
  const file = '--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nhidden words'
  return Buffer.from(
    `${head.replace(type, 'Content-Type: multipart/mixed; boundary=b')}\r\n\r\n--b\r\n${type}\r\n\r\n${body}\r\n${file}\r\n--b--\r\n`,
  )
}

test('an answer that its server dates to the same second stands below what it answers', async () => {
  const sentAt = new Date('2026-11-20T10:00:00.750Z')
  const [first] = await desk.store([
    { raw: rawMail({ subject: 'fast', messageId: 'fast.1@customer.test' }), receivedAt: sentAt },
  ])
  await desk.fileAll()
  const answer = rawMail({ subject: 'Re: fast', inReplyTo: 'fast.1@customer.test' })
  const [second] = await desk.store([{ raw: answer, receivedAt: new Date('2026-11-20T10:00:00.000Z') }])

  await desk.fileAll()

  const [asked, answered] = [await filed.message(first), await filed.message(second)]
  expect(answered.ticket_id).toBe(asked.ticket_id)
  expect(answered.received_at.getTime()).toBe(sentAt.getTime() + 1)
})

/** A mail of ours of unknown fate, and the jobs that would settle it. */
async function sendUncertain(subject: string) {
  const [row] = await desk.store([rawMail({ subject })])
  await desk.fileAll()
  const asked = await filed.message(row)
  const sent = await desk.answer(asked.ticket_id)
  await desk.query(
    `insert into outbox (message_id, mailbox_id, state, due_at, lane, uncertain_since, bytes_blob_id)
     values (${sent.messageId}, ${desk.mailboxId}, 'uncertain', now(), 0, now(), ${asked.raw_blob_id})`,
  )
  const proofs = async () =>
    await desk.query(
      `select payload from graphile_worker._private_jobs j join graphile_worker._private_tasks t on t.id = j.task_id
       where t.identifier = 'settle_proven_mail' and payload ->> 'messageId' = '${sent.messageId}'`,
    )
  return { asked, sent, proofs, proof: [{ payload: { messageId: sent.messageId } }] }
}

test('an answer to a mail of uncertain fate proves that it was sent, and an unrelated mail proves nothing', async () => {
  const { asked, sent, proofs, proof } = await sendUncertain('uncertain')
  await desk.store([rawMail({ subject: 'unrelated', inReplyTo: asked.internet_message_id ?? '' })])
  await desk.fileAll()
  const before = await proofs()
  await desk.store([rawMail({ subject: 'Re: uncertain', inReplyTo: sent.id })])

  await desk.fileAll()

  expect(before).toEqual([])
  expect(await proofs()).toEqual(proof)
})

test('a bounce of a mail of uncertain fate proves that it was sent, by our mail in it alone', async () => {
  const { sent, proofs, proof } = await sendUncertain('uncertain too')
  const ours = rawMail({ messageId: sent.id, headers: [`X-Letterdesk-Ref: ${sent.ref}`] })
  const of = { sent: ours, to: 'support@desk.test', recipient: 'ann@customer.test' }
  const report = postfixReport(of, { action: 'failed', status: '5.1.1', words: '550 5.1.1 no such user' })
  await desk.store([Buffer.from(report)])

  await desk.fileAll()

  expect(await proofs()).toEqual(proof)
})

/** Replies of an agent's, each to a customer of its own, taken by their servers; and what comes back of each. */
async function sendMailing(name: string, size: number) {
  const agentId = await desk.addAgent()
  const recipients = Array.from({ length: size }, (_, n) => `${name}-${n}@customer.test`)
  const rows = await desk.store(recipients.map(from => rawMail({ from, subject: from })))
  await desk.fileAll()
  const replies = await Promise.all(
    rows.map(async (row, n) => {
      const asked = await filed.message(row)
      const sent = await desk.answer(asked.ticket_id, { to: recipients[n] ?? '', agentId })
      return { ...sent, ticketId: asked.ticket_id, recipient: recipients[n] ?? '', blobId: asked.raw_blob_id }
    }),
  )
  for (const { messageId, recipient, blobId } of replies) {
    await desk.query(`with sent as (insert into outbox (message_id, mailbox_id, state, due_at, lane, settled_at, bytes_blob_id)
        values (${messageId}, ${desk.mailboxId}, 'accepted', now(), 0, now(), ${blobId}) returning message_id)
      insert into outbox_recipient (message_id, address, state, settled_at)
        select message_id, '${recipient}', 'accepted', now() from sent`)
  }
  const reports = replies.map(({ id, ref, recipient }) => {
    const ours = rawMail({ messageId: id, headers: [`X-Letterdesk-Ref: ${ref}`] })
    const said = { action: 'failed', status: '5.1.1', words: '550 5.1.1 no such user' } as const
    return Buffer.from(postfixReport({ sent: ours, to: 'support@desk.test', recipient }, said))
  })
  return { agentId, replies, reports }
}

test('a mailing that all comes back is filed by as many statements as one bounce', async () => {
  const counted = async (size: number) => {
    const { agentId, replies, reports } = await sendMailing(`of-${size}`, size)
    await desk.store(reports)
    let batches = 0
    const statements = await countStatements(desk.db, async db => {
      batches = (await desk.fileAll({ ...desk.parts, db })).length
    })
    const tickets = await Promise.all(replies.map(reply => filed.ticket(reply.ticketId)))
    expect(tickets.map(one => [one.state, one.assignee_id])).toEqual(Array(size).fill(['open', agentId]))
    expect(await filed.events(replies.at(-1)?.ticketId ?? 0)).toContain('reply_bounced')
    return statements / batches
  }

  const [one, fifty] = [await counted(1), await counted(50)]

  expect(fifty).toBeLessThanOrEqual(one)
})

test('of two reports about one recipient in a batch each counts as the one before left it', async () => {
  const { replies, reports } = await sendMailing('again', 1)
  const [bounce = Buffer.alloc(0)] = reports
  const late = bounce.toString().replace('Action: failed', 'Action: delayed').replace('<failed.', '<delayed.')
  await desk.store([bounce, Buffer.from(late)])

  await desk.fileAll()

  const [reply] = replies
  const events = await filed.events(reply?.ticketId ?? 0)
  expect(events.filter(kind => kind.startsWith('reply_'))).toEqual(['reply_bounced'])
  expect(
    await desk.query(`select state from outbox_recipient where message_id = ${reply?.messageId}`),
  ).toEqual([{ state: 'bounced' }])
})

test('while long answers are compared with what they quote, others have their turns', async () => {
  const words = (seed: number) =>
    Array.from({ length: 30_000 }, (_, at) => `w${(at * seed) % 9_973}${at % 12 === 0 ? '\n' : ''}`).join(' ')
  const plain = await parseMail(rawMail({ inReplyTo: 'first@customer.test' }))
  const answers = [7, 11, 13, 17].map(seed => ({
    mail: { ...plain, text: words(seed) },
    ticketId: 0,
    isFirst: false,
  }))
  const gapsMs: number[] = []
  let [last, isDone] = [performance.now(), false]
  const turn = () => {
    gapsMs.push(performance.now() - last)
    last = performance.now()
    if (!isDone) setImmediate(turn)
  }
  setImmediate(turn)

  await inTransaction(desk.db, tx => foldKnown(tx, answers))

  isDone = true
  const workMs = gapsMs.filter(gapMs => gapMs > 5).reduce((sum, gapMs) => sum + gapMs, 0)
  expect(Math.max(...gapsMs)).toBeLessThan(workMs * 0.8)
})
