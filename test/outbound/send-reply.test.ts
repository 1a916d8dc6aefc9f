import { afterAll, beforeAll, expect, test } from 'vitest'
import { verifyLetterdeskRef } from '../../src/mail/letterdesk-ref.ts'
import { threadRef } from '../../src/mail/message-id.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { findReplyTokens, verifyReplyToken } from '../../src/mail/reply-token.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk

beforeAll(async () => {
  desk = await startSendingDesk()
})

afterAll(async () => {
  await desk.stop()
})

async function bytesOf(messageId: number): Promise<Buffer> {
  return await desk.blobs.read((await desk.outbox(messageId)).bytes_blob_id)
}

function headerOf(bytes: Buffer): string {
  return (bytes.toString('latin1').split('\r\n\r\n', 1)[0] ?? '').replace(/\r\n[ \t]+/g, ' ')
}

test('a reply carries exactly the intended fields', async () => {
  const mailboxId = await desk.mailbox('support@desk.test', { name: 'Поддръжка', signature: 'Ada\nSupport' })
  const ada = await desk.agent('ada', [mailboxId])
  const ticket = await desk.ticket(mailboxId, {
    subject: 'RE: Aw: Поръчка № 12',
    cc: [{ name: null, address: 'bob@example.org' }],
    header: 'References: <first@example.org>\r\n <second@example.org>\r\n',
    text: 'Къде е?\n> earlier',
  })

  const messageId = await desk.send(ada, {
    ticketId: ticket.ticketId,
    text: 'Утре.\n.\nFrom here',
    bcc: ['boss@example.org'],
    withHistory: true,
  })

  const bytes = await bytesOf(messageId)
  const header = headerOf(bytes)
  const row = await desk.outbox(messageId)
  const mail = await parseMail(bytes)
  const names = header.split('\r\n').map(line => line.slice(0, line.indexOf(':')).toLowerCase())
  expect(names.toSorted()).toEqual(
    [
      'cc',
      'content-type',
      'date',
      'from',
      'in-reply-to',
      'message-id',
      'mime-version',
      'references',
      'subject',
      'to',
      'x-letterdesk-ref',
    ].toSorted(),
  )
  expect(mail).toMatchObject({
    from: { name: 'Поддръжка', address: 'support@desk.test' },
    to: [{ name: 'Ann', address: 'ann@example.org' }],
    cc: [{ name: null, address: 'bob@example.org' }],
    subject: 'Re: Поръчка № 12',
    inReplyTo: [ticket.id],
    references: ['first@example.org', 'second@example.org', ticket.id],
    sentAt: row.due_at.toISOString(),
  })
  expect(header).toMatch(/^Subject: =\?UTF-8\?/im)
  expect(bytes.toString('latin1')).not.toMatch(/boss@|\r(?!\n)|(?<!\r)\n/)
  expect(mail.text).toContain('Утре.\n.\nFrom here\n\n-- \nAda\nSupport\n\nOn ')
  expect(mail.text).toContain('Ann wrote:\n> Къде е?\n>> earlier')
  expect(mail.html).toContain('Утре.<br />.<br />From here<br />')
  expect(mail.html).toMatch(/<blockquote[^>]*>Къде е\?<br \/>&gt; earlier<br \/><\/blockquote>/)
  expect(await desk.recipients(messageId)).toMatchObject([
    { address: 'ann@example.org', state: 'due' },
    { address: 'bob@example.org', state: 'due' },
    { address: 'boss@example.org', state: 'due' },
  ])
})

test('the id of a reply proves its ticket and leads back to it', async () => {
  const mailboxId = await desk.mailbox('ids@desk.test')
  const ada = await desk.agent('ida', [mailboxId])
  const ticket = await desk.ticket(mailboxId)

  const messageId = await desk.send(ada, { ticketId: ticket.ticketId })

  const message = await desk.db
    .selectFrom('message')
    .selectAll()
    .where('id', '=', messageId)
    .executeTakeFirstOrThrow()
  const id = message.internet_message_id ?? ''
  const [token = ''] = findReplyTokens([id])
  const ref = /X-Letterdesk-Ref: (\S+)/i.exec(headerOf(await bytesOf(messageId)))?.[1] ?? ''
  const entry = await desk.db
    .selectFrom('thread_ref')
    .select(['message_id', 'owned'])
    .where('ref', '=', threadRef(id))
    .executeTakeFirst()
  const keys = [...desk.keys.all('tokens')]
  expect(verifyReplyToken(token, keys)).toEqual({ replyKey: ticket.replyKey, mailboxId })
  expect(verifyLetterdeskRef(ref, keys)).toBe(message.uuid)
  expect(entry).toEqual({ message_id: messageId, owned: true })
  expect(id).toMatch(/@ids\.desk\.test$|@desk\.test$/)
})

test('a reply moves its ticket to waiting in the same transaction, with its events', async () => {
  const mailboxId = await desk.mailbox('moves@desk.test')
  const ada = await desk.agent('mo', [mailboxId])
  const ticket = await desk.ticket(mailboxId)

  await desk.send(ada, { ticketId: ticket.ticketId })

  const row = await desk.ticketRow(ticket.ticketId)
  const kinds = (await desk.events(ticket.ticketId)).map(event => event.kind)
  expect(row).toMatchObject({ state: 'waiting', message_count: 2, waiting_since: null })
  expect(kinds).toEqual(['reply_queued', 'state_changed'])
})

const injections = [
  'a@x.test>\r\nRCPT TO:<v@x.test',
  'a@x.test\r\nBcc: v@x.test',
  '"v@evil.test x"@good.test',
  'group: a@x.test, b@x.test;',
  'a@x.test, v@x.test',
  'Ann <a@x.test>',
  'a@x.test\u0000',
  '<a@x.test>',
  'no-at-sign',
]

test.each(injections)('%j is no recipient', async address => {
  const mailboxId = await desk.mailbox(`inj-${crypto.randomUUID()}@desk.test`)
  const ada = await desk.agent(crypto.randomUUID(), [mailboxId])
  const ticket = await desk.ticket(mailboxId)

  const sent = desk.send(ada, { ticketId: ticket.ticketId, to: [address] })

  await expect(sent).rejects.toMatchObject({ code: 'bad-address' })
})

test('what a customer wrote into names and subjects adds no line to our header', async () => {
  const mailboxId = await desk.mailbox('crlf@desk.test', { name: 'Support\r\nBcc: v@x.test' })
  const ada = await desk.agent('cr', [mailboxId])
  const ticket = await desk.ticket(mailboxId, {
    subject: 'Hi\r\nBcc: v@x.test',
    from: { name: 'Ann\r\nBcc: v@x.test', address: 'ann@example.org' },
    header: 'References: <a@b.test>\r\n <x\u0000y@b.test>\r\n',
  })

  const messageId = await desk.send(ada, { ticketId: ticket.ticketId })

  const header = headerOf(await bytesOf(messageId))
  expect(header).not.toMatch(/^bcc:/im)
  expect(header.split('\r\n').filter(line => /^(to|from|subject):/i.test(line))).toHaveLength(3)
})

test('who may not use the mailbox is told that there is no such ticket', async () => {
  const mailboxId = await desk.mailbox('secret@desk.test')
  const eve = await desk.agent('eve', [])
  const ticket = await desk.ticket(mailboxId)

  const sent = desk.send(eve, { ticketId: ticket.ticketId })

  await expect(sent).rejects.toMatchObject({ code: 'not-found' })
})

test('too many recipients, none, or too large a file are refused before anything is sent', async () => {
  const mailboxId = await desk.mailbox('limits@desk.test')
  const ada = await desk.agent('li', [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId, { from: { name: null, address: 'limits@desk.test' } })
  const many = Array.from({ length: 60 }, (_, at) => `a${at}@example.org`)
  const others = Array.from({ length: 60 }, (_, at) => `b${at}@example.org`)
  const upload = await addUpload(ada.agentId, Buffer.alloc(160_000, 'x'))

  const outcomes = await Promise.allSettled([
    desk.send(ada, { ticketId, to: many, cc: others }),
    desk.send(ada, { ticketId }),
    desk.send(ada, { ticketId, to: ['ann@example.org'], uploadIds: [upload] }),
    desk.send(ada, { ticketId, to: ['ann@example.org'], uploadIds: [crypto.randomUUID()] }),
  ])

  expect(outcomes.map(outcome => outcome.status === 'rejected' && outcome.reason.code)).toEqual([
    'too-many-recipients',
    'no-recipient',
    'attachment-too-large',
    'unknown-upload',
  ])
  expect((await desk.ticketRow(ticketId)).message_count).toBe(1)
})

test('an upload becomes an attachment of the reply, byte for byte, once', async () => {
  const mailboxId = await desk.mailbox('files@desk.test')
  const ada = await desk.agent('fi', [mailboxId])
  const { ticketId } = await desk.ticket(mailboxId)
  const upload = await addUpload(ada.agentId, Buffer.from('a,b\n1,2\n'))

  const messageId = await desk.send(ada, { ticketId, uploadIds: [upload] })
  const again = desk.send(ada, { ticketId, uploadIds: [upload] })

  await expect(again).rejects.toMatchObject({ code: 'unknown-upload' })
  const mail = await parseMail(await bytesOf(messageId))
  expect(mail.attachments).toMatchObject([{ filename: 'отчёт.csv', contentType: 'text/csv', sizeBytes: 8 }])
  const stored = await desk.db
    .selectFrom('attachment')
    .select(['filename', 'blob_id'])
    .where('message_id', '=', messageId)
    .execute()
  expect(stored).toMatchObject([{ filename: 'отчёт.csv', blob_id: expect.any(Number) }])
})

async function addUpload(agentId: number, bytes: Buffer): Promise<string> {
  const [blob] = await desk.blobs.put([bytes])
  const row = await desk.db
    .insertInto('upload')
    .values({
      agent_id: agentId,
      filename: 'отчёт.csv',
      content_type: 'text/csv',
      size_bytes: bytes.length,
      blob_id: blob?.id ?? 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

test('a mail whose bytes are lost can be answered, and the answer names it', async () => {
  const mailboxId = await desk.mailbox('lost@desk.test')
  const ada = await desk.agent('lost', [mailboxId])
  const { ticketId, messageId: answeredId, id } = await desk.ticket(mailboxId)
  await desk.database.pool.query(
    `update blob set place = 'pack:2026-01/404-1:0:10'
     where id = (select raw_blob_id from message where id = $1)`,
    [answeredId],
  )

  const messageId = await desk.send(ada, { ticketId })

  expect(headerOf(await bytesOf(messageId))).toContain(`In-Reply-To: <${id}>`)
})
