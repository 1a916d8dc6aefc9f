import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLEAN_HTML_VERSION } from '../../src/mail/clean-html.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import {
  createUpload,
  downloadAttachment,
  getMessageHtml,
  getMessageRaw,
  getTicket,
} from '../../src/shared/tickets.ts'
import { type Desk, type DeskAgent, MAX_MAIL_BYTES, startDesk } from '../support/desk.ts'

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')
const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  const billing = await desk.mailbox('billing@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [billing] })
})

afterAll(async () => await desk.stop())

/** A mail with HTML that shows one of two pictures, an SVG that says it is a PNG, and a name to quote. */
function rawMail(): Buffer {
  const part = (headers: string, bytes: Buffer) =>
    `--b\r\n${headers}\r\nContent-Transfer-Encoding: base64\r\n\r\n${bytes.toString('base64')}\r\n`
  const html =
    '<p>Виж <img src="cid:logo@customer.test"><img src="cid:other@customer.test">' +
    '<img src="https://evil.test/pixel.gif"><script>alert(1)</script></p>'
  return Buffer.from(
    'From: Ivana <ivana@customer.test>\r\nTo: support@desk.test\r\nSubject: pictures\r\n' +
      'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n' +
      part('Content-Type: text/html; charset=utf-8', Buffer.from(html)) +
      part(
        'Content-Type: image/png\r\nContent-ID: <logo@customer.test>\r\nContent-Disposition: inline',
        png,
      ) +
      part(
        "Content-Type: image/png\r\nContent-Disposition: attachment; filename*=UTF-8''%D1%84%D0%B0%D0%BA%D1%82%22.svg",
        svg,
      ) +
      '--b--\r\n',
  )
}

async function deliver(raw: Buffer) {
  const mail = await parseMail(raw)
  const [blob] = await desk.blobs.put([raw])
  return await desk.ticket({
    mailboxId: support,
    rawBlobId: blob?.id ?? null,
    html: mail.html === null ? null : { version: CLEAN_HTML_VERSION, html: mail.html },
    attachments: mail.attachments.map(({ index, ...info }) => ({ ...info, partIndex: index, blobId: null })),
  })
}

describe('attachments', () => {
  test('a picture is shown, a document dressed as one is only ever a download', async () => {
    const { number } = await deliver(rawMail())
    const { messages } = await ada.call(getTicket, { params: { number } })
    const ids = messages[0]?.attachments.map(attachment => attachment.id) ?? []

    const responses = await Promise.all(ids.map(id => ada.fetch(downloadAttachment, { params: { id } })))

    const bodies = await Promise.all(responses.map(async one => Buffer.from(await one.arrayBuffer())))
    expect(bodies).toEqual([png, svg])
    const header = (name: string) => responses.map(response => response.headers.get(name))
    expect(header('content-type')).toEqual(['image/png', 'application/octet-stream'])
    expect(header('content-disposition').map(value => value?.split(';')[0])).toEqual(['inline', 'attachment'])
    expect(header('content-disposition')[1]).toMatch(/; filename="[ -~]+"; filename\*=UTF-8''%D1%84[%\w.]+$/)
    for (const response of responses) {
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
      expect(response.headers.get('content-security-policy')).toBe("sandbox; default-src 'none'")
      expect(response.headers.get('cache-control')).toBe('private, no-store')
    }
  })
})

describe('the HTML of a message', () => {
  test('is a document that loads only its own pictures', async () => {
    const { messageId, number } = await deliver(rawMail())
    const { messages } = await ada.call(getTicket, { params: { number } })
    const logoId = messages[0]?.attachments[0]?.id

    const response = await ada.fetch(getMessageHtml, { params: { id: messageId } })

    const document = await response.text()
    expect(messages[0]?.hasHtml).toBe(true)
    expect(response.headers.get('content-security-policy')).toContain('sandbox allow-popups')
    expect(document).toContain(
      `content="default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'`,
    )
    expect(document).toContain(`src="/api/v1/attachments/${logoId}"`)
    expect(document).toContain('data-remote-src="https://evil.test/pixel.gif"')
    expect(document).not.toMatch(/cid:|<script|[^-]src="https/)
  })

  test('made by older rules is not served but made again from the raw mail', async () => {
    const { messageId } = await deliver(rawMail())
    await sql`update message_html set version = 0, html = '<script>alert(1)</script>'
      where message_id = ${messageId}`.execute(desk.database.db)

    const document = await (await ada.fetch(getMessageHtml, { params: { id: messageId } })).text()

    const stored = await sql<{ version: number; html: string }>`select version, html from message_html
      where message_id = ${messageId}`.execute(desk.database.db)
    expect(document).toContain('Виж')
    expect(document).not.toContain('<script')
    expect(stored.rows[0]).toMatchObject({ version: CLEAN_HTML_VERSION })
    expect(stored.rows[0]?.html).not.toContain('<script')
  })
})

test('the raw mail comes back byte for byte', async () => {
  const raw = Buffer.concat([rawMail(), Buffer.from([0, 255, 254, 10, 13, 0])])
  const { messageId } = await deliver(raw)

  const response = await ada.fetch(getMessageRaw, { params: { id: messageId } })

  expect(Buffer.from(await response.arrayBuffer()).equals(raw)).toBe(true)
  expect(response.headers.get('content-disposition')).toContain(`message-${messageId}.eml`)
  expect(response.headers.get('content-type')).toBe('application/octet-stream')
})

test('bytes of a mailbox that is not theirs do not exist for an agent, nor for a stranger', async () => {
  const { messageId, number } = await deliver(rawMail())
  const { messages } = await ada.call(getTicket, { params: { number } })
  const attachmentId = messages[0]?.attachments[0]?.id ?? 0
  const paths = [`messages/${messageId}/html`, `messages/${messageId}/raw`, `attachments/${attachmentId}`]
  const statusOf = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${desk.baseUrl}/api/v1/${path}`, { headers })).status

  const ofBen = await Promise.all(paths.map(path => statusOf(path, ben.headers)))
  const ofNobody = await Promise.all(paths.map(path => statusOf(path, {})))

  expect(ofBen).toEqual([404, 404, 404])
  expect(ofNobody).toEqual([401, 401, 401])
})

describe('an upload', () => {
  test('is stored under a name that is no path', async () => {
    const body = Buffer.from('%PDF-1.7 …')

    const upload = await ada.call(createUpload, { query: { filename: '..\\..\\отчёт\u202e.pdf' }, body })

    expect(upload).toMatchObject({
      filename: 'отчёт.pdf',
      contentType: 'application/pdf',
      sizeBytes: body.length,
    })
    const rows = await sql<{ blobId: number }>`select blob_id as "blobId" from upload
      where id = ${upload.id} and agent_id = ${ada.agentId}`.execute(desk.database.db)
    expect((await desk.blobs.read(rows.rows[0]?.blobId ?? 0)).equals(body)).toBe(true)
  })

  test('that would not fit a mail once encoded is refused with the limit, however it is sent', async () => {
    const largest = Math.floor(MAX_MAIL_BYTES / 78) * 57
    const send = (sizeBytes: number) =>
      ada.fetch(createUpload, { query: { filename: 'a.bin' }, body: Buffer.alloc(sizeBytes, 1) })

    const statuses = [await send(largest), await send(largest + 1), await send(40 * MAX_MAIL_BYTES)]

    const problem = await statuses[1]?.json()
    expect(statuses.map(response => response.status)).toEqual([200, 413, 413])
    expect(problem).toMatchObject({ code: 'attachment-too-large', details: { limitBytes: largest } })
  })

  test('that is not sent as bytes is refused', async () => {
    const response = await fetch(`${desk.baseUrl}/api/v1/uploads?filename=a.txt`, {
      method: 'POST',
      headers: { ...ada.headers, 'content-type': 'application/json' },
      body: '{"path":"/etc/passwd"}',
    })

    expect(response.status).toBe(415)
  })
})
