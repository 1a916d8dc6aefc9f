import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type AddressObject, simpleParser } from 'mailparser'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OutgoingMail } from '../../src/mail/mail-types.ts'
import { writeMail } from '../../src/mail/write-mail.ts'
import { createUpload, sendReply, type Upload } from '../../src/shared/tickets.ts'
import type { DeskAgent } from '../support/desk.ts'
import { rawMail } from '../support/mails.ts'
import type { Accepted } from '../support/sink-log.ts'
import { attacks, b64, INJECTED } from './injection-attacks.ts'
import { type MailDesk, startDeskOfAda } from './mail-desk.ts'

// Rows A34 to A36 and A39 (A40 is test/mailboxes/imap-injection.test.ts): what a stranger wrote is answered, and what came over the wire is read by a
// parser that is not ours and compared, field by field, with what was meant.
let desk: MailDesk
let mailboxId: number
let ada: DeskAgent

beforeAll(async () => {
  ;({ desk, mailboxId, ada } = await startDeskOfAda())
})

afterAll(async () => {
  await desk.stop()
})

const MAIN_FIELDS = [
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
]

/** The names of the fields of a header block, each as often as it stands there. */
function namesOf(block: string): string[] {
  const lines = block.split('\r\n').filter(line => !/^[ \t]/.test(line))
  return lines.map(line => line.slice(0, line.indexOf(':')).toLowerCase()).sort()
}

function headerOf(mail: Accepted): string {
  return mail.raw.toString('latin1').split('\r\n\r\n', 1)[0] ?? ''
}

function fieldOf(mail: Accepted, name: string): string | undefined {
  const unfolded = headerOf(mail).replace(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}: (.*)$`, 'm').exec(unfolded)?.[1]
}

/** Header blocks of the parts, in their order. */
function partsOf(mail: Accepted): string[] {
  const text = mail.raw.toString('latin1')
  return [...text.matchAll(/\r\n--[^\r\n]*[^-\r\n]\r\n((?:[^\r\n]+\r\n)+)/g)].map(found =>
    (found[1] ?? '').trimEnd(),
  )
}

function peopleOf(field: AddressObject | AddressObject[] | undefined) {
  return [field ?? []].flat().flatMap(one => one.value)
}

/** What stands on the wire, decoded by mailparser, and who got it. */
async function readWire(mail: Accepted) {
  const read = await simpleParser(mail.raw)
  return {
    names: namesOf(headerOf(mail)),
    from: peopleOf(read.from),
    to: peopleOf(read.to),
    subject: read.subject,
    // As they stand: mailparser decodes encoded words in ids.
    inReplyTo: fieldOf(mail, 'In-Reply-To'),
    references: fieldOf(mail, 'References')?.split(' ') ?? [],
    recipients: mail.to,
    files: read.attachments.map(file => file.filename),
  }
}

async function answer(number: number, body: object = {}): Promise<Accepted> {
  const sent = await ada.call(sendReply, {
    params: { number },
    body: { text: 'On its way.', to: ['ivana@customer.test'], withHistory: true, ...body },
  })
  return await desk.taken(sent.id)
}

describe('A34: a reply holds exactly the fields that were meant, against', () => {
  test.each(attacks)('$name', async ({ name, lines, ...meant }) => {
    const id = `${attacks.findIndex(one => one.name === name)}@customer.test`
    const fields: Record<string, string> = {
      From: 'Ivana <ivana@customer.test>',
      To: 'support@desk.test',
      Subject: 'Order',
      'Message-ID': `<${id}>`,
      ...lines,
    }
    const header = Object.entries(fields).map(([field, value]) => `${field}: ${value}\r\n`)
    const ticket = await desk.receive(mailboxId, Buffer.from(`${header.join('')}\r\nWhere is it?\r\n`))

    const mail = await answer(ticket.number)

    const inReplyTo = meant.inReplyTo === undefined ? `<${id}>` : meant.inReplyTo
    const references = meant.references ?? [`<${id}>`]
    const left = [inReplyTo === null && 'in-reply-to', references.length === 0 && 'references']
    expect(await readWire(mail)).toEqual({
      names: MAIN_FIELDS.filter(field => !left.includes(field)),
      from: [{ name: '', address: 'support@desk.test' }],
      to: [{ name: meant.toName ?? 'Ivana', address: 'ivana@customer.test' }],
      subject: meant.subject ?? 'Re: Order',
      inReplyTo: inReplyTo ?? undefined,
      references,
      recipients: ['ivana@customer.test'],
      files: [],
    })
    expect(headerOf(mail)).not.toMatch(/^(b?cc|list-|sender|reply-to|auto-|disposition-)/im)
  })

  test('CRLF, NUL and paths in the name of a file, and in a cid that came in', async () => {
    const ticket = await desk.receive(mailboxId, pictureMail(`x\rBcc: victim@evil.test\0`))
    const names = [
      'x\r\nBcc: victim@evil.test\r\n\r\n.png',
      '../../etc/pass"wd\0\r\nContent-Type: text/html\r\n.txt',
      `${'ü'.repeat(120)}"; x="\r\n.pdf`,
    ]
    const uploads: Upload[] = []
    for (const filename of names) {
      uploads.push(await ada.call(createUpload, { query: { filename }, body: Buffer.from('data') }))
    }

    const mail = await answer(ticket.number, { uploadIds: uploads.map(upload => upload.id) })

    const files = partsOf(mail).filter(block => /attachment/i.test(block))
    expect((await readWire(mail)).names).toEqual(MAIN_FIELDS)
    expect(files.map(namesOf)).toEqual(
      Array(3).fill(['content-disposition', 'content-transfer-encoding', 'content-type']),
    )
    expect((await readWire(mail)).files).toEqual([
      'x Bcc_ victim@evil.test .png',
      'html .txt',
      `${'ü'.repeat(120)}_; x=_ .pdf`,
    ])
  })
})

function pictureMail(cid: string): Buffer {
  const part = `Content-Type: image/png\r\nContent-ID: <${cid}>\r\nContent-Disposition: inline; filename="${b64(INJECTED)}"\r\n\r\nx\r\n`
  return rawMail({
    from: 'Ivana <ivana@customer.test>',
    contentType: 'multipart/related; boundary=b',
    text: `--b\r\nContent-Type: text/html\r\n\r\n<img src="cid:${cid}">\r\n--b\r\n${part}--b--\r\n`,
  })
}

const strings = [
  'a@x.test>\r\nRCPT TO:<victim@evil.test',
  'a@x.test> ORCPT=rfc822;victim@evil.test <',
  'a@x.test\r\nBcc: victim@evil.test',
  '"victim@evil.test x"@good.test',
  '"a\\"@evil.test,b"@good.test',
  'friends: a@x.test, victim@evil.test;',
  'a@x.test, victim@evil.test',
  'a@x.test;victim@evil.test',
  '@evil.test:a@x.test',
  '<@evil.test:a@x.test>',
  'Ann <a@x.test>',
  'a@x.test (victim@evil.test)',
  'a%evil.test@[127.0.0.1]>',
  'a@x.test\0',
  'a@x.te\u2028st',
  'a@evil.test\u202e@x.test',
  'a@@x.test',
]

describe('A35: the servers hear the recipients that are stored and no other,', () => {
  test.each(strings)('%j is refused, as To, Cc and Bcc', async text => {
    const ticket = await desk.receive(mailboxId, rawMail({ from: 'Ivana <ivana@customer.test>' }))
    const bodies = [{ to: [text] }, { cc: [text] }, { bcc: ['ok@x.test', text] }]

    const answers = await Promise.all(
      bodies.map(body =>
        ada.fetch(sendReply, { params: { number: ticket.number }, body: { text: 'x', ...body } }),
      ),
    )

    expect(answers.map(one => one.status)).toEqual([400, 400, 400])
    expect(await rowsOf(ticket.ticketId)).toEqual([])
  })

  test('a known address with commas, quotes and semicolons around it goes to one mailbox', async () => {
    const from = '"Doe, Ann; \\"Sales\\"" (x) <doe@customer.test>'
    const ticket = await desk.receive(mailboxId, rawMail({ from, cc: 'us: b@x.test, "q,r" <c@x.test>;' }))

    const sent = await ada.call(sendReply, {
      params: { number: ticket.number },
      body: { text: 'x', bcc: ['d@x.test'] },
    })

    const mail = await desk.taken(sent.id)
    const stored = (await rowsOf(ticket.ticketId)).map(row => row.address)
    expect(mail.to.toSorted()).toEqual(stored)
    expect(stored).toEqual(['b@x.test', 'c@x.test', 'd@x.test', 'doe@customer.test'])
    expect((await readWire(mail)).to).toEqual([{ name: 'Doe, Ann; "Sales"', address: 'doe@customer.test' }])
    expect(mail.raw.toString('latin1')).not.toContain('d@x.test')
  })

  test('more than a hundred are refused before any server is asked, also when a mail brought them', async () => {
    const many = Array.from({ length: 101 }, (_, at) => `p${at}@x.test`)
    const ticket = await desk.receive(
      mailboxId,
      rawMail({ from: 'Lea <lea@customer.test>', cc: many.join(', ') }),
    )
    const before = desk.sink.events.length

    const answers = await Promise.all(
      [{}, { to: many }, { to: many.slice(0, 60), bcc: many.slice(60) }].map(body =>
        ada.fetch(sendReply, { params: { number: ticket.number }, body: { text: 'x', ...body } }),
      ),
    )

    expect(answers.map(one => one.status)).toEqual([422, 400, 422])
    expect(await rowsOf(ticket.ticketId)).toEqual([])
    expect(desk.sink.events.slice(before)).toEqual([])
  })
})

async function rowsOf(ticketId: number) {
  return await desk.database.db
    .selectFrom('outbox_recipient as r')
    .innerJoin('message as m', 'm.id', 'r.message_id')
    .where('m.ticket_id', '=', ticketId)
    .select('r.address')
    .orderBy('r.address')
    .execute()
}

describe('A36: no body can end its mail early,', () => {
  test('whether an agent, a customer, a signature or a mailbox’s name holds the dots', async () => {
    const dots = 'a\n.\nMAIL FROM:<evil@x.test>\r.\rb\r\n.\r\nDATA\n.\r\nc\r\n.\rd\r\r\n.\n\n'
    await desk.database.db
      .updateTable('mailbox')
      .set({ signature: dots, name: `Support${dots}` })
      .where('id', '=', mailboxId)
      .execute()
    const history = rawMail({
      from: 'Ivana <ivana@customer.test>',
      text: `where?\r.\r\n.\n${'.\n'.repeat(3)}`,
    })
    const ticket = await desk.receive(mailboxId, history)
    const accepted = desk.sink.accepted.length

    const mail = await answer(ticket.number, { text: dots })

    await desk.database.db.updateTable('mailbox').set({ signature: '', name: 'support@desk.test' }).execute()
    const text = (await simpleParser(mail.raw)).text ?? ''
    expect(mail.raw.toString('latin1')).not.toMatch(/\r(?!\n)|(?<!\r)\n/)
    expect(text).toContain('a\n.\nMAIL FROM:<evil@x.test>\n.\nb\n.\nDATA\n.\nc\n.\nd\n\n.\n\n-- \na\n.\nMAIL')
    expect(namesOf(headerOf(mail))).toEqual(MAIN_FIELDS)
    expect(desk.sink.accepted).toHaveLength(accepted + 1)
  })
})

describe('A39: a file of a mail is bytes of an upload, never a place,', () => {
  const places = [
    { attachments: [{ path: '/etc/passwd' }] },
    { attachments: [{ href: 'http://169.254.169.254/' }] },
    { attachments: [{ raw: 'Bcc: victim@evil.test\r\n\r\nx' }] },
    { uploadIds: [{ path: '/etc/passwd' }] },
    { uploadIds: ['/etc/passwd'] },
    { icalEvent: { href: 'http://169.254.169.254/' } },
    { html: { path: '/etc/passwd' } },
    { text: { path: '/etc/passwd' } },
    { raw: { path: '/etc/passwd' } },
    { headers: { Bcc: 'victim@evil.test' } },
    { to: [{ name: 'x', address: 'victim@evil.test' }] },
  ]

  test.each(places)('%j is refused', async place => {
    const ticket = await desk.receive(mailboxId, rawMail({ from: 'Ivana <ivana@customer.test>' }))

    const refused = await ada.fetch(sendReply, {
      params: { number: ticket.number },
      body: { text: 'x', ...place } as { text: string },
    })

    expect(refused.status).toBe(400)
    expect(await rowsOf(ticket.ticketId)).toEqual([])
  })

  test('and the writer of bytes opens no file and asks no server, whatever it is handed', async () => {
    const asked: string[] = []
    const server = createServer((request, reply) => {
      asked.push(request.url ?? '')
      reply.end('from the server')
    })
    await new Promise<void>(listening => server.listen(0, '127.0.0.1', listening))
    const href = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const plain = { filename: 'a.txt', contentType: 'text/plain' }
    const handed = [
      { attachments: [{ ...plain, path: import.meta.filename }] },
      { attachments: [{ ...plain, href }] },
      { attachments: [{ ...plain, bytes: { path: import.meta.filename } }] },
      { attachments: [{ ...plain, bytes: { href } }] },
      { attachments: [{ ...plain, raw: { href }, bytes: Buffer.from('own') }] },
      { text: { href } },
      { html: { path: import.meta.filename } },
      { icalEvent: { href } },
      { alternatives: [{ href }] },
    ]

    const written = await Promise.allSettled(
      handed.map(parts => writeMail({ ...plainMail(), ...(parts as Partial<OutgoingMail>) })),
    )

    await new Promise(closed => server.close(closed))
    const leaks = written.filter(
      one =>
        one.status === 'fulfilled' && /import|from the server|aW1wb3J0/.test(one.value.toString('latin1')),
    )
    expect(leaks).toEqual([])
    expect(asked).toEqual([])
  })
})

function plainMail(): OutgoingMail {
  return {
    from: { name: null, address: 'support@desk.test' },
    to: [{ name: null, address: 'ivana@customer.test' }],
    cc: [],
    replyTo: null,
    subject: 'x',
    text: 'x',
    html: null,
    internetMessageId: 'a@desk.test',
    inReplyTo: null,
    references: [],
    date: new Date('2026-11-25T10:00:00Z'),
    letterdeskRef: null,
    attachments: [],
  }
}
