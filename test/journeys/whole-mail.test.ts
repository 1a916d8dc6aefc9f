import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { downloadAttachment, getTicket, listTickets, type Message } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, OWNER } from '../support/letterdesk.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { makeTnef } from '../support/tnef.ts'
import { waitUntil } from '../support/wait-until.ts'

// What comes in wrappings of its own is whole on the screen: by LMTP, IMAP, the API and the browser.
const support = 'support@desk.test'

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let desk: Letterdesk
let owner: ApiClient
let browser: TestBrowser
let page: Page

beforeAll(async () => {
  certificates = await makeCertificates()
  ;[dovecot, sink, browser] = await Promise.all([
    startDovecot({ certificates }),
    startSmtpSink({ certificates }),
    openBrowser(),
  ])
  desk = await startProduct({ caFile: certificates.caFile })
  owner = await desk.owner()
  await connect(owner, { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }, { address: support })
  page = await (await browser.newVisitor()).newPage()
  await page.goto(desk.baseUrl)
  await page.getByLabel('Email address').fill(OWNER.email)
  await page.getByRole('textbox', { name: 'Password' }).fill(OWNER.password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { name: 'Mine' }).first().waitFor()
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await Promise.all([dovecot?.stop(), sink?.stop()])
  await certificates?.remove()
})

test('a winmail.dat shows its text and gives its file byte for byte', async () => {
  const file = Buffer.from('1;2\r\nчетири;пет\r\n')
  const winmail = makeTnef({
    html: '<p>Ето отчета.</p>',
    files: [{ title: 'OTCHET~1.CSV', longName: 'отчёт за май.csv', bytes: file }],
  })
  const raw = [
    `From: Ivana <ivana@customer.test>\r\nTo: ${support}\r\nSubject: winmail\r\nMIME-Version: 1.0`,
    'Content-Type: application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64',
    `\r\n${winmail.toString('base64').replace(/(.{76})/g, '$1\r\n')}\r\n`,
  ].join('\r\n')

  const { message } = await arrived(raw, 'winmail')

  const report = message.attachments.find(one => one.filename === 'отчёт за май.csv')
  const answer = await owner.fetch(downloadAttachment, { params: { id: report?.id ?? 0 } })
  expect(message.text).toBe('Ето отчета.')
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(file)
  await page.getByRole('list', { name: 'Attachments' }).getByText('отчёт за май.csv').waitFor()
  await page.getByRole('button', { name: '2 small pictures and technical parts' }).click()
  await page.getByRole('list', { name: 'Attachments' }).getByText('winmail.dat').waitFor()
})

test('an invitation is a card with its time in the agent’s zone, and nothing answers it', async () => {
  const { message } = await arrived(fixture('invitation'), 'Покана: преглед на доставката')

  expect(message.calendar).toMatchObject({ method: 'request', start: { at: '2026-06-01T07:00:00.000Z' } })
  const card = page.getByRole('region', { name: 'Appointment' })
  await card.getByText('Преглед на доставката; склад 2').waitFor()
  expect(await card.innerText()).toMatch(/Ann <ann@example.net> accepted/)
  expect(await card.innerText()).toContain('Letterdesk does not answer invitations')
  expect(sink.accepted.filter(mail => mail.to.includes('ivana@example.org'))).toEqual([])
})

test('a picture of Apple Mail stands between its texts', async () => {
  const { message } = await arrived(fixture('apple-pictures'), 'Кутията')

  expect(message.attachments).toMatchObject([{ filename: 'кутия.png', isInline: true }])
  const body = page.locator('iframe').filter({ visible: true }).contentFrame().locator('body')
  await body.getByText('А това е бележката към нея.').waitFor()
  const width = await waitUntil(
    'the picture has loaded: without its bytes it is as wide as its empty name',
    async () => (await body.locator('img').boundingBox())?.width || undefined,
  )
  expect(width).toBe(1)
  expect(await body.innerText()).toMatch(/Ето я кутията[\s\S]*А това е бележката/)
})

/** Delivers a mail and opens its ticket on the page. */
async function arrived(raw: Buffer | string, subject: string): Promise<{ message: Message }> {
  await dovecot.deliver(raw, [support])
  const number = await waitUntil(`a ticket "${subject}"`, async () => {
    const { data } = await owner.call(listTickets, { query: { queue: 'unassigned' } })
    return data.find(row => row.subject === subject)?.number
  })
  const { messages } = await owner.call(getTicket, { params: { number } })
  await page.goto(`${desk.baseUrl}/queue/unassigned/${number}`)
  const message = messages[0]
  if (!message) throw new Error('the ticket has no message')
  return { message }
}

function fixture(name: string): Buffer {
  return readFileSync(new URL(`../fixtures/mail/${name}.eml`, import.meta.url))
}
