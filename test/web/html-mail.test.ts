import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listTickets } from '../../src/shared/tickets.ts'
import { misnamedHost } from '../../src/web/ticket/misnamed-host.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { pdfFile } from '../support/pdf-file.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let desk: Letterdesk
let browser: TestBrowser
let owner: ApiClient

beforeAll(async () => {
  certificates = await makeCertificates()
  dovecot = await startDovecot({ certificates })
  sink = await startSmtpSink({ certificates })
  browser = await openBrowser()
  desk = await startProduct({ caFile: certificates.caFile })
  owner = await desk.owner()
  await connect(
    owner,
    { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort },
    { address: 'support@desk.test' },
  )
  await dovecot.deliverMany([
    { raw: GMAIL_REPLY, to: ['support@desk.test'] },
    { raw: TWO_SENDERS, to: ['support@desk.test'] },
    { raw: WITH_PDF, to: ['support@desk.test'] },
  ])
  await waitUntil('all tickets', async () => {
    const { data } = await owner.call(listTickets, { query: { queue: 'all' } })
    return data.length === 3 || undefined
  })
}, 150_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await sink?.stop()
  await dovecot?.stop()
  await certificates?.remove()
})

// As Gmail writes it: the link reads otherwise in the text, and the class names of the quote do not come through.
const GMAIL_REPLY = `From: Maria Petrova <maria@customer.test>
To: support@desk.test
Subject: Re: Order 1234
Date: Sun, 22 Nov 2026 13:00:00 +0000
Message-ID: <gmail-1@mail.customer.test>
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b1"

--b1
Content-Type: text/plain; charset="UTF-8"

Thank you, that *helped*! See https://example.com/path

On Sun, Nov 22, 2026 at 12:00 PM Support <support@desk.test> wrote:

> Hello Maria,
> please try again.

--b1
Content-Type: text/html; charset="UTF-8"

<div dir="ltr">Thank you, that <b>helped</b>! See <a href="https://example.com/path">our page</a><img src="https://tracker.example.com/p.gif" width="1" height="1"><img src="https://pictures.example.com/logo.png" width="120" alt=""></div><br>
<div class="gmail_quote"><div dir="ltr" class="gmail_attr">On Sun, Nov 22, 2026 at 12:00 PM Support &lt;<a href="mailto:support@desk.test">support@desk.test</a>&gt; wrote:<br></div>
<blockquote class="gmail_quote" style="margin:0 0 0 0.8ex;border-left:1px solid #ccc;padding-left:1ex">Hello Maria,<br>please try again.
${'<p>older still</p>\n'.repeat(40)}</blockquote></div>

--b1--
`

const TWO_SENDERS = `From: Bank <bank@bank.test>, Eve <eve@customer.test>
To: support@desk.test
Subject: Pay now
Date: Sun, 22 Nov 2026 13:01:00 +0000
Message-ID: <two-1@customer.test>
Content-Type: text/html; charset="UTF-8"

<p>Pay now: <a href="https://eve.test/pay">https://www.bank.test/pay</a>. News: <a href="https://news.bank.test/">bank.test</a></p>
`

const WITH_PDF = `From: Ivan Georgiev <ivan@customer.test>
To: support@desk.test
Subject: My invoice
Date: Sun, 22 Nov 2026 13:02:00 +0000
Message-ID: <pdf-1@customer.test>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/plain

Here it is, and one that is broken.

--b1
Content-Type: application/pdf; name="invoice.pdf"
Content-Disposition: attachment; filename="invoice.pdf"
Content-Transfer-Encoding: base64

${pdfFile(['Invoice 4711', 'Terms of payment']).toString('base64')}
--b1
Content-Type: application/octet-stream; name="broken.pdf"
Content-Disposition: attachment; filename="broken.pdf"

%PDF-1.4 and no more
--b1--
`

async function openTicket(subject: string): Promise<{ page: Page; asked: string[] }> {
  const visitor = await browser.newAgent(owner)
  const page = await visitor.newPage()
  const asked: string[] = []
  page.on('request', request => {
    if (!request.url().startsWith(desk.baseUrl)) asked.push(request.url())
  })
  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').filter({ hasText: subject }).getByRole('link').click()
  await page.getByRole('feed').waitFor()
  return { page, asked }
}

/** The frame is as high as the mail in it: nothing is cut, and nothing is empty below. */
async function isWholeFrame(page: Page): Promise<boolean> {
  const measured = `(() => {
    const frame = document.querySelector('iframe')
    const mail = frame.contentDocument.documentElement
    return Math.abs(frame.clientHeight - mail.getBoundingClientRect().height) <= 1
  })()`
  return (await page.evaluate(measured)) === true
}

test('an HTML reply shows its new words, unfolds its quote whole, and asks no other host', async () => {
  const { page, asked } = await openTicket('Order 1234')
  const mail = page.locator('iframe').filter({ visible: true }).contentFrame()
  const quote = mail.getByText('please try again.')
  await page.getByRole('button', { name: '3 lines hidden' }).waitFor()
  const isFolded = await quote.isHidden()

  await page.getByRole('button', { name: '3 lines hidden' }).click()

  await quote.waitFor()
  await waitUntil('the frame to grow', async () => (await isWholeFrame(page)) || undefined)
  await page.getByText('1 remote image is not loaded. 1 tracker blocked.').waitFor()
  const wanted = page.waitForRequest(/\/api\/v1\/messages\/\d+\/images\/1$/)
  await page.getByRole('button', { name: 'Show images' }).click()
  await wanted
  await page.getByText('1 tracker blocked.', { exact: true }).waitFor()
  await waitUntil('the frame to stand still', async () => (await isWholeFrame(page)) || undefined)
  expect(isFolded).toBe(true)
  expect(await mail.getByRole('link', { name: 'our page' }).getAttribute('target')).toBe('_blank')
  await page.getByRole('button', { name: 'Hide quoted text' }).click()
  await quote.waitFor({ state: 'hidden' })
  await waitUntil('the frame to shrink', async () => (await isWholeFrame(page)) || undefined)
  expect(asked).toEqual([])
})

test('a mail with two senders says so, and its defects are worded', async () => {
  const { page } = await openTicket('Pay now')

  await page.getByRole('button', { name: 'Message details' }).click()

  await page.getByText(/^The mail names several senders/).waitFor()
  await page.getByText('It names several senders.').waitFor()
  expect(await page.getByText('several-from').count()).toBe(0)
})

test('a link that names another host than it leads to says where it leads', async () => {
  const { page } = await openTicket('Pay now')
  const mail = page.locator('iframe').filter({ visible: true }).contentFrame()

  await mail.getByRole('link', { name: 'https://www.bank.test/pay leads to eve.test' }).waitFor()

  expect(await mail.getByRole('link').allTextContents()).toEqual([
    'https://www.bank.test/pay leads to eve.test',
    'bank.test',
  ])
  await waitUntil('the frame to be whole', async () => (await isWholeFrame(page)) || undefined)
})

test.each([
  ['https://www.bank.test', 'https://eve.test/bank.test', 'eve.test'],
  ['www.bank.test', 'https://bank.test.eve.test', 'bank.test.eve.test'],
  ['bank.test/login', 'http://eve.test', 'eve.test'],
  ['ann@bank.test', 'https://eve.test', 'eve.test'],
  ['ba\u200bnk.test', 'https://eve.test', 'eve.test'],
  ['https://bank.test@eve.test', 'https://bank.test@eve.test', 'eve.test'],
  ['банк.test', 'https://bank.test', 'bank.test'],
  ['https://bаnk.test', 'https://bank.test', 'bank.test'], // the first а is Cyrillic
  ['bank.test', 'https://login.bank.test/x', undefined],
  ['https://login.bank.test', 'https://www.bank.test', undefined],
  ['our page', 'https://eve.test', undefined],
  ['invoice.pdf', 'https://files.test/1', undefined],
  ['ann@bank.test', 'mailto:eve@eve.test', undefined],
  ['Read more at bank.test today', 'https://eve.test', undefined],
])('%s over %s: %s', (words, href, host) => {
  expect(misnamedHost(words, href)).toBe(host)
})

// JavaScript of the page: whether something was drawn on the paper of its first page.
const INKED = `(() => {
  const canvas = document.querySelector('[role="dialog"] canvas')
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  return data.some((value, at) => at % 4 === 0 && value < 100 && data[at + 3] > 0)
})()`

test('a PDF file is read page by page without leaving the ticket; one that is broken says so', async () => {
  const { page, asked } = await openTicket('My invoice')
  const faults: string[] = []
  page.on('console', line => {
    if (line.type() === 'error') faults.push(line.text())
  })

  await page.getByRole('button', { name: /^Look at invoice.pdf/ }).click()
  const preview = page.getByRole('dialog', { name: 'invoice.pdf' })
  await preview.getByRole('region', { name: 'Page 1 of 2' }).getByText('Invoice 4711').waitFor()
  const second = preview.getByRole('region', { name: 'Page 2 of 2' })
  await second.scrollIntoViewIfNeeded()
  await second.getByText('Terms of payment').waitFor()
  await waitUntil('the page to be drawn', async () => (await page.evaluate<boolean>(INKED)) || undefined)
  await page.keyboard.press('ArrowRight')

  await page.getByText('This file cannot be shown here. You can download it.').waitFor()
  expect(asked).toEqual([])
  expect(faults).toEqual([])
})
