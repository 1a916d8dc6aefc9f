import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getTicket, listTickets, type Message, sendReply } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

// One ticket; our reply comes back in answers of three mail programs that mark no quote as such.
const support = 'support@desk.test'
const subject = 'Пръстенът на касата свети'
const firstId = 'ring.1@customer.test'
const ourWords = [
  'Здравейте, Ивана, моля, изключете касата от контакта за една минута и после задръжте зеления бутон, докато лампата светне.',
  'Какво пише тогава на дисплея и чува ли се звук?',
  'Поздрави от поддръжката',
]
const rewrapped = ourWords.join(' ').replace(/(.{40}\S*) /g, '$1\r\n')

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let desk: Letterdesk
let browser: TestBrowser
let owner: ApiClient
let page: Page
let replyId: string

beforeAll(async () => {
  certificates = await makeCertificates()
  ;[dovecot, sink, browser] = await Promise.all([
    startDovecot({ certificates }),
    startSmtpSink({ certificates }),
    openBrowser(),
  ])
  desk = await startProduct({ caFile: certificates.caFile })
  owner = await desk.hastyOwner()
  await connect(owner, { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }, { address: support })
  await deliver({ messageId: firstId, subject, text: 'Здравейте, пръстенът свети в червено.\r\n' })
  const { number } = await theRow()
  const reply = await owner.call(sendReply, { params: { number }, body: { text: ourWords.join('\n\n') } })
  replyId = reply.internetMessageId ?? ''
  page = await openPage(number)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await Promise.all([dovecot?.stop(), sink?.stop()])
  await certificates?.remove()
})

test('our reply, quoted back without any mark, is folded; a click and a key show it', async () => {
  await answer('ring.2', `Пише „42“ и не се чува нищо.\r\n\r\n${rewrapped}\r\n`)
  const card = await cardOf('Пише „42“ и не се чува нищо.')
  const quote = card.getByText('изключете касата от')
  const line = card.getByRole('button', { name: /lines hidden$/ })
  await line.waitFor()
  const isFolded = (await quote.count()) === 0

  await line.click()

  await quote.waitFor()
  await page.keyboard.press('q')
  await page.keyboard.press('q')
  await quote.waitFor({ state: 'detached' })
  await page.keyboard.press('q')
  await quote.waitFor()
  await page.keyboard.press('q')
  await quote.waitFor({ state: 'detached' })
  expect(isFolded).toBe(true)
})

test('the list says the new words, whether they stand above or below what is quoted', async () => {
  await answer('ring.3', `${rewrapped}\r\n\r\nСега пише „43“.\r\n`)

  const row = await waitUntil('the answer in the list', async () => {
    const found = await theRow()
    return found.snippet.includes('43') ? found : undefined
  })

  expect(row.snippet).toBe('Сега пише „43“.')
})

test('answers inside the quote open it, in the text and in the HTML of a mail', async () => {
  const [first = '', second = '', third = ''] = ourWords
  const html = `<p>Отговарям вътре.</p><p>${first}</p><p style="color:red">Сторих го два пъти.</p><p>${second}</p><p>Звук няма.</p><p>${third}</p>`
  const lines = `Отговарям вътре.\r\n\r\n${first}\r\nНаправих го два пъти.\r\n${second}\r\nЗвук няма.\r\n${third}\r\n`

  await answer('ring.4', lines)
  await answer('ring.5', html, 'text/html')
  const messages = await waitUntil('both answers', async () => {
    const found = (await theMessages()).filter(message => message.visibleText.startsWith('Отговарям вътре.'))
    return found.length === 2 ? found : undefined
  })

  for (const message of messages) {
    expect(message.folds[0]).toMatchObject({ kind: 'quote', isOpen: true })
    expect(message.visibleText).toMatch(/(?:Направих|Сторих) го два пъти\./)
    expect(message.visibleText).toContain('Звук няма.')
    expect(message.visibleText).toContain('изключете касата')
  }
  const mail = page.locator('iframe').filter({ visible: true }).last().contentFrame()
  await mail.getByText('Сторих го два пъти.').waitFor()
  expect(await mail.getByText('изключете касата').isVisible()).toBe(true)
})

test('a quote above the answer is folded in the HTML too, and a line stands in its place', async () => {
  const html = `<div>${ourWords.map(words => `<p>${words}</p>`).join('')}</div><p>Вече работи, <b>благодаря</b>!</p>`

  await answer('ring.6', html, 'text/html')
  const mail = page.locator('iframe').filter({ visible: true }).last().contentFrame()
  await mail.getByText('Вече работи').waitFor()
  const line = mail.getByText('3 lines hidden')
  await line.waitFor()
  const isFolded = await mail.getByText('изключете касата').isHidden()
  await line.click()

  await mail.getByText('изключете касата').waitFor()
  expect(isFolded).toBe(true)
  expect(await mail.getByText('благодаря').isVisible()).toBe(true)
})

async function deliver(parts: Parameters<typeof rawMail>[0]): Promise<void> {
  await dovecot.deliver(rawMail({ from: 'Ivana <ivana@customer.test>', to: support, ...parts }), [support])
}

/** An answer of the customer to our reply. */
async function answer(name: string, text: string, type = 'text/plain'): Promise<void> {
  const raw = rawMail({
    from: 'Ivana <ivana@customer.test>',
    to: support,
    subject: `Re: ${subject}`,
    messageId: `${name}@customer.test`,
    inReplyTo: replyId,
    references: [firstId, replyId],
    text,
  })
  await dovecot.deliver(
    Buffer.from(raw.toString().replace('Content-Type: text/plain', `Content-Type: ${type}`)),
    [support],
  )
}

async function theRow() {
  return await waitUntil('the ticket', async () => {
    const { data } = await owner.call(listTickets, { query: { queue: 'all' } })
    return data.find(row => row.subject === subject)
  })
}

async function theMessages(): Promise<Message[]> {
  const { number } = await theRow()
  const { messages } = await owner.call(getTicket, { params: { number } })
  return messages
}

async function openPage(number: number): Promise<Page> {
  const visitor = await browser.newAgent(owner)
  const opened = await visitor.newPage()
  await opened.goto(`${desk.baseUrl}/queue/all/${number}`)
  await opened.getByRole('feed').waitFor()
  return opened
}

async function cardOf(words: string) {
  const card = page.getByRole('article').filter({ hasText: words })
  await card.waitFor()
  return card
}
