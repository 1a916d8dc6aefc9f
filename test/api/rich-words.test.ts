import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { findDraft, saveDraft } from '../../src/shared/drafts.ts'
import { forwardMessage } from '../../src/shared/forwards.ts'
import { rescheduleReply, unscheduleReply } from '../../src/shared/schedules.ts'
import {
  createUpload,
  downloadAttachment,
  getMessageHtml,
  getMessageRaw,
  getTicket,
  sendReply,
  writeNote,
} from '../../src/shared/tickets.ts'
import { getMessageWords, getUpload } from '../../src/shared/words.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

let desk: Desk
let support: number
let ada: DeskAgent
let ben: DeskAgent

// A picture of one pixel, as GIF.
const picture = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

beforeAll(async () => {
  desk = await startDesk()
  support = await desk.mailbox('support@desk.test')
  ada = await desk.agent('ada', { mailboxIds: [support] })
  ben = await desk.agent('ben', { mailboxIds: [support] })
})

afterAll(async () => await desk.stop())

async function rawOf(id: number): Promise<Buffer> {
  const raw = await ada.fetch(getMessageRaw, { params: { id } })
  return Buffer.from(await raw.arrayBuffer())
}

const uploadPicture = () => ada.call(createUpload, { query: { filename: 'план.gif' }, body: picture })

describe('a reply with looks', () => {
  test('goes out as HTML and as the text the server makes of it, whatever text comes with it', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const html =
      '<p>Dear <b onclick="x()">Ann</b>,</p><ul><li><p>a &lt; b</p></li></ul><script>evil()</script>'

    const message = await ada.call(sendReply, { params: { number }, body: { html, text: 'Something else' } })

    const bytes = await rawOf(message.id)
    const sent = await parseMail(bytes)
    expect(message).toMatchObject({ visibleText: 'Dear Ann,\n- a < b', hasHtml: true })
    expect(sent.text).toBe('Dear Ann,\n- a < b')
    expect(sent.html).toContain('<div>Dear <strong>Ann</strong>,</div>')
    expect(sent.html).toContain('<li><div>a &lt; b</div></li>')
    expect(bytes.toString()).not.toMatch(/evil|onclick|Something else/)
  })

  test('has its pictures at their places: in the mail as parts of its HTML, in the ticket, in no list of files', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const [shown, file] = [
      await uploadPicture(),
      await ada.call(createUpload, { query: { filename: 'a.txt' }, body: Buffer.from('a') }),
    ]
    const html = `<p>Here:</p><p><img data-upload="${shown.id}" alt="план.gif" width="1"></p>`

    const message = await ada.call(sendReply, { params: { number }, body: { html, uploadIds: [file.id] } })

    const bytes = await rawOf(message.id)
    const page = await (await ada.fetch(getMessageHtml, { params: { id: message.id } })).text()
    const inline = message.attachments.find(one => one.isInline)
    const got = await ada.fetch(downloadAttachment, { params: { id: inline?.id ?? 0 } })
    expect(bytes.toString()).toMatch(
      /multipart\/mixed[\s\S]*multipart\/alternative[\s\S]*text\/plain[\s\S]*multipart\/related[\s\S]*text\/html[\s\S]*Content-Disposition: inline[\s\S]*Content-Disposition: attachment/i,
    )
    expect(bytes.toString()).toContain(`Content-ID: <${shown.id}@desk.test>`)
    expect((await parseMail(bytes)).attachments.map(one => [one.filename, one.isInline])).toEqual([
      ['план.gif', true],
      ['a.txt', false],
    ])
    expect(message.visibleText).toBe('Here:\n[план.gif]')
    expect(page).toContain(`src="/api/v1/attachments/${inline?.id}"`)
    expect(Buffer.from(await got.arrayBuffer())).toEqual(picture)
  })

  test('taken up again has its words and pictures, under uploads of its own', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const shown = await uploadPicture()
    const html = `<p><strong>Later</strong> <img data-upload="${shown.id}" alt="план.gif"></p>`
    const sendAt = new Date(Date.now() + 3_600_000).toISOString()
    const { id } = await ada.call(sendReply, { params: { number }, body: { html, sendAt } })
    await ada.call(rescheduleReply, { params: { id }, body: { sendAt } })

    const words = await ada.call(getMessageWords, { params: { id } })
    await ada.call(unscheduleReply, { params: { id } })

    const { draft } = await ada.call(findDraft, { params: { number } })
    const uploadId = draft?.uploads[0]?.id ?? ''
    const back = await ada.fetch(getUpload, { params: { id: uploadId } })
    expect(words).toMatchObject({ html, pictures: [{ uploadId: shown.id }] })
    expect(draft).toMatchObject({ text: 'Later [план.gif]', html: html.replace(shown.id, uploadId) })
    expect(Buffer.from(await back.arrayBuffer())).toEqual(picture)
  })

  test('answered with a quote of its words and picture shows the answer and folds the rest', async () => {
    const { number } = await desk.ticket({ mailboxId: support, subject: 'Fold' })
    const shown = await uploadPicture()
    const html = `<p>Please look at <b>this</b> plan:</p><p><img data-upload="${shown.id}" alt="план.gif"></p><p>Does it fit?</p>`
    const { id, internetMessageId } = await ada.call(sendReply, { params: { number }, body: { html } })
    const sent = await parseMail(await rawOf(id))

    const answer = await desk.receive(support, {
      from: 'Ivana <ivana@customer.test>',
      subject: 'Re: Fold',
      inReplyTo: internetMessageId ?? '',
      text: `Yes, it fits.\n\nOn Wed, 25 Nov 2026 at 10:00, Support <support@desk.test> wrote:\n\n> ${sent.text.replaceAll('\n', '\n> ')}`,
    })

    const { messages } = await ada.call(getTicket, { params: { number: answer.number } })
    expect(answer.number).toBe(number)
    expect(messages.at(-1)?.visibleText).toBe('Yes, it fits.')
  })

  test('of nothing but looks, too many tags, or a foreign picture is refused', async () => {
    const { number } = await desk.ticket({ mailboxId: support })
    const theirs = await ben.call(createUpload, { query: { filename: 'x.gif' }, body: picture })
    const send = async (html: string) =>
      (await ada.fetch(sendReply, { params: { number }, body: { html } })).json() as Promise<{ code: string }>

    const codes = [
      await send('<p><b> </b></p>'),
      await send('<b>'.repeat(20_001)),
      await send(`<p>x <img data-upload="${theirs.id}"></p>`),
    ].map(answer => answer.code)
    const peeped = await ada.fetch(getUpload, { params: { id: theirs.id } })

    expect(codes).toEqual(['no-words', 'words-too-long', 'unknown-upload'])
    expect(peeped.status).toBe(404)
  })
})

test('a reply of lines alone stays text, also when it comes as HTML', async () => {
  const { number } = await desk.ticket({ mailboxId: support })

  const message = await ada.call(sendReply, {
    params: { number },
    body: { html: '<p>One</p><p></p><p>two</p>' },
  })

  expect(message).toMatchObject({ visibleText: 'One\n\ntwo', hasHtml: false })
})

test('a note keeps its looks and reaches nobody', async () => {
  const { number } = await desk.ticket({ mailboxId: support })

  const note = await ada.call(writeNote, {
    params: { number },
    body: { html: '<p>ask <i>Ben</i><script>x</script></p>' },
  })

  const { notes } = await ada.call(getTicket, { params: { number } })
  expect(note).toMatchObject({ text: 'ask Ben', html: '<p>ask <em>Ben</em></p>' })
  expect(notes).toEqual([note])
})

test('a forward has its words above the message, with their looks, and takes its draft with it', async () => {
  const { number, messageId } = await desk.ticket({ mailboxId: support })
  const content = {
    mode: 'forward' as const,
    text: 'What now?',
    to: ['supplier@other.test'],
    cc: null,
    bcc: [],
    uploadIds: [],
    withHistory: false,
    seenEventId: null,
    forwardedMessageId: messageId,
    fileIds: [],
  }
  await ada.call(saveDraft, { params: { number }, body: { content, revision: 0 } })
  const kept = await ada.call(findDraft, { params: { number } })

  const { id } = await ada.call(forwardMessage, {
    params: { number },
    body: { messageId, html: '<p>What <b>now</b>?</p>', to: ['supplier@other.test'] },
  })

  const sent = await parseMail(await rawOf(id))
  expect(kept.draft).toMatchObject(content)
  expect(sent.html).toContain('<div>What <strong>now</strong>?</div>')
  expect(sent.text).toMatch(/^What now\?\n/)
  expect(await ada.call(findDraft, { params: { number } })).toEqual({ draft: null })
})

test('a draft keeps its looks, cleaned, and one of text alone stays as it is', async () => {
  const { number } = await desk.ticket({ mailboxId: support })
  const content = {
    mode: 'reply' as const,
    text: 'Hi',
    to: null,
    cc: null,
    bcc: [],
    uploadIds: [],
    withHistory: false,
    seenEventId: null,
  }

  const { revision } = await ada.call(saveDraft, { params: { number }, body: { content, revision: 0 } })
  const plain = await ada.call(findDraft, { params: { number } })
  const html = '<p><b>Hi</b><img src=x onerror=y></p>'
  await ada.call(saveDraft, { params: { number }, body: { content: { ...content, html }, revision } })
  const rich = await ada.call(findDraft, { params: { number } })

  expect(plain.draft).toMatchObject({ text: 'Hi', html: null })
  expect(rich.draft).toMatchObject({ text: 'Hi', html: '<p><strong>Hi</strong></p>' })
})
