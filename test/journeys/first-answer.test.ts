import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { simpleParser } from 'mailparser'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { downloadAttachment, getTicket, listTickets, type Ticket } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, OWNER, startLetterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'
import { hostileMail, mailWithFile } from './customer-mails.ts'

// One story, told in order: each test goes on where the one before stopped.
const support = 'support@desk.test'
const subject = 'Поръчка № 17: липсва кутията'
const customerId = 'first.17@customer.test'
const fileName = 'снимка на кутията.txt'
const fileText = 'Кутията е празна.\n'
const noteText = 'КАНАРЧЕ-7351 this customer is difficult'
const replyText = 'Здравейте, Ивана! Изпращаме нова кутия днес.'

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
  desk = await startLetterdesk({ caFile: certificates.caFile })
  owner = await desk.hastyOwner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  await connect(owner, servers, { address: support, name: 'Support' })
  page = await (await browser.newVisitor()).newPage()
  await signIn(page)
}, 180_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await Promise.all([dovecot?.stop(), sink?.stop()])
  await certificates?.remove()
})

test('a mail with a Cyrillic subject and a file comes on the screen without a reload', async () => {
  await page.goto(`${desk.baseUrl}/queue/unassigned`)
  await page.getByText('Every ticket has someone.').waitFor()
  await page.evaluate('window.isStillTheSamePage = true')

  await dovecot.deliver(mailWithFile({ subject, messageId: customerId, to: support, fileName, fileText }), [
    support,
  ])
  await page.getByRole('row').filter({ hasText: subject }).getByRole('link').click()

  await page.getByRole('heading', { level: 1, name: subject }).or(heading(subject)).first().waitFor()
  await page.getByRole('feed').getByText('кутията пристигна празна').waitFor()
  await page.getByRole('list', { name: 'Attachments' }).getByText(fileName).waitFor()
  expect(await page.evaluate('window.isStillTheSamePage')).toBe(true)
})

test('the file is downloaded byte for byte, under headers that keep a browser from opening it', async () => {
  const { messages } = await theTicket()
  const attachment = messages[0]?.attachments[0]
  const coming = page.waitForEvent('download')

  await page.getByRole('list', { name: 'Attachments' }).getByRole('link').click()
  const saved = await readFile((await (await coming).path()) ?? '', 'utf8')
  const answer = await owner.fetch(downloadAttachment, { params: { id: attachment?.id ?? 0 } })

  expect(saved).toBe(fileText)
  expect(await answer.text()).toBe(fileText)
  expect(answer.headers.get('content-type')).toBe('application/octet-stream')
  expect(answer.headers.get('content-disposition')).toContain(
    `attachment; filename="______ __ _______.txt"; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  )
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
  expect(answer.headers.get('content-security-policy')).toContain('sandbox')
})

test('the file is looked at without leaving the ticket', async () => {
  await page.getByRole('button', { name: new RegExp(`^Look at ${fileName} `) }).click()
  const preview = page.getByRole('dialog', { name: fileName })
  await preview.getByText(fileText.trim()).waitFor()

  await page.keyboard.press('Escape')

  await preview.waitFor({ state: 'detached' })
})

test('after a note the reply reaches the customer with the headers of an answer', async () => {
  await page.keyboard.press('n')
  await page.getByRole('textbox', { name: 'Write a note for your team' }).fill(noteText)
  await page.keyboard.press('Control+Enter')
  await page.getByRole('feed').getByText(noteText).waitFor()

  await page.keyboard.press('r')
  await page.getByRole('textbox', { name: 'Write your reply' }).fill(replyText)
  await page.keyboard.press('Control+Enter')
  const mail = await sink.waitFor(({ to }) => to.includes('ivana@customer.test'), 25_000)

  const { delivery, internetMessageId } = await theReply()
  const read = await simpleParser(mail.raw)
  expect(mail).toMatchObject({ from: support, to: ['ivana@customer.test'], isTls: true, user: support })
  expect(read.from?.value).toEqual([{ name: 'Support', address: support }])
  expect(read.subject).toBe(`Re: ${subject}`)
  expect(read.inReplyTo).toBe(`<${customerId}>`)
  expect([read.references].flat()).toContain(`<${customerId}>`)
  expect(read.messageId).toBe(`<${internetMessageId}>`)
  expect(wholeSecond(read.date)).toBe(wholeSecond(new Date(delivery?.dueAt ?? '')))
  expect(mail.at.getTime()).toBeGreaterThanOrEqual(new Date(delivery?.dueAt ?? '').getTime())
  expect(read.headers.get('x-letterdesk-ref')).toMatch(/^[0-9a-f-]{36}\.[a-z2-7]+$/)
  expect(read.text).toContain(replyText)
  expect(read.html).toContain(replyText)
})

test('the customer’s answer lands in the same ticket, on the screen', async () => {
  // Servers date mail by whole seconds: an answer within the second of the reply would stand above it.
  const { internetMessageId } = await waitUntil('the reply is a second old', async () => {
    const reply = await theReply()
    const isOld = wholeSecond(new Date()) > wholeSecond(new Date(reply.receivedAt))
    return isOld && reply.delivery?.state === 'accepted' ? reply : undefined
  })

  await dovecot.deliver(
    rawMail({
      from: 'Ivana <ivana@customer.test>',
      to: support,
      subject: `Re: ${subject}`,
      messageId: 'second.17@customer.test',
      inReplyTo: internetMessageId ?? '',
      references: [customerId, internetMessageId ?? ''],
      text: 'Благодаря, чакам я!\r\n',
    }),
    [support],
  )

  await page.getByRole('feed').getByText('Благодаря, чакам я!').waitFor()
  const ticket = await theTicket()
  expect(ticket.messages.map(message => message.direction)).toEqual(['inbound', 'outbound', 'inbound'])
  expect(ticket.state).toBe('open')
  expect(await page.evaluate('window.isStillTheSamePage')).toBe(true)
})

test('a second agent is invited, joins by the link, and sees new mail live', async () => {
  const link = await inviteInBrowser('Boris Second', 'boris@desk.test')
  const second = await (await browser.newVisitor()).newPage()
  await second.goto(link)
  await second.getByRole('textbox', { name: 'New password' }).fill('another long password')
  await second.getByRole('button', { name: 'Join' }).click()
  await heading('Mine', second).first().waitFor()
  await second.goto(`${desk.baseUrl}/queue/all`)
  await second.getByRole('row').filter({ hasText: subject }).waitFor()

  await dovecot.deliver(rawMail({ to: support, subject: 'Seen by both', text: 'Both of you\r\n' }), [support])

  await second.getByRole('row').filter({ hasText: 'Seen by both' }).waitFor({ timeout: 5_000 })
  await second.context().close()
})

test('a hostile mail runs no script and asks no other host for anything', async () => {
  const hosts = new Set<string>()
  page.context().on('request', request => hosts.add(new URL(request.url()).host))
  await page.goto(`${desk.baseUrl}/queue/all`)

  await dovecot.deliver(hostileMail({ to: support, subject: 'You have won' }), [support])
  await page.getByRole('row').filter({ hasText: 'You have won' }).getByRole('link').click()
  const body = page.locator('iframe').filter({ visible: true }).contentFrame()
  await body.getByText('harmless words').waitFor()
  await body.getByText('harmless words').hover()

  await page.getByRole('button', { name: 'Message details' }).click() // a round through the page after all was loaded
  await page.getByText('prize.1@evil.test').waitFor()
  const marks = await Promise.all(page.frames().map(frame => frame.evaluate('window.wasRun')))
  expect(marks.filter(mark => mark !== undefined)).toEqual([])
  expect(await page.evaluate('document.cookie + localStorage.getItem("wasRun")')).not.toContain('wasRun')
  expect([...hosts].filter(host => host !== '' && host !== new URL(desk.baseUrl).host)).toEqual([])
})

test('no word of the note is in anything that ever left', async () => {
  const sent = await dovecot.readFolder(support, 'Sent')
  const left = [...sink.accepted, ...sent].map(({ raw }) => raw)

  const texts = await Promise.all(
    left.map(async raw => {
      const { text, html, attachments, headers } = await simpleParser(raw)
      const files = attachments.map(file => file.content.toString())
      return [raw.toString(), text, html, JSON.stringify([...headers]), ...files].join('\n')
    }),
  )

  expect(texts.some(text => text.includes(replyText))).toBe(true)
  expect(texts.filter(text => /КАНАРЧЕ|7351|difficult/.test(text))).toEqual([])
})

test('an agent writes first, and the customer’s answer comes into the ticket that this began', async () => {
  await page.goto(`${desk.baseUrl}/queue/all`)
  await page.getByRole('row').first().waitFor()
  await page.keyboard.press('c')
  const to = page.getByRole('combobox', { name: 'To' })
  await to.fill('ivan')
  await page.getByRole('option', { name: 'ivana@customer.test' }).waitFor()
  await to.press('Enter')
  await page.getByRole('textbox', { name: 'Subject' }).fill('The new box')
  await page.getByRole('textbox', { name: 'Write your mail' }).fill('Пристигна ли?')
  await page.keyboard.press('Control+Enter')
  const mail = await sink.waitFor(({ raw }) => raw.includes('Subject: The new box'), 25_000)
  await heading('The new box').waitFor()
  const { messageId } = await simpleParser(mail.raw)

  await dovecot.deliver(
    rawMail({
      from: 'Ivana <ivana@customer.test>',
      to: support,
      subject: 'Re: The new box',
      messageId: 'third.17@customer.test',
      inReplyTo: messageId?.slice(1, -1) ?? '',
      text: 'Да, тази сутрин.',
    }),
    [support],
  )

  await page.getByRole('feed').getByText('Да, тази сутрин.').waitFor()
  await page.getByText('began this ticket with a mail').waitFor()
  expect(mail.to).toEqual(['ivana@customer.test'])
})

async function signIn(visitor: Page): Promise<void> {
  await visitor.goto(desk.baseUrl)
  await visitor.getByLabel('Email address').fill(OWNER.email)
  await visitor.getByRole('textbox', { name: 'Password' }).fill(OWNER.password)
  await visitor.getByRole('button', { name: 'Sign in' }).click()
  await heading('Mine', visitor).first().waitFor()
}

async function inviteInBrowser(name: string, email: string): Promise<string> {
  await page.goto(`${desk.baseUrl}/settings/agents`)
  await page.getByRole('button', { name: 'Invite an agent' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name' }).fill(name)
  await dialog.getByRole('textbox', { name: 'Email address' }).fill(email)
  await dialog.getByRole('button', { name: 'Invite an agent' }).click()
  return await page.locator('code').innerText()
}

function heading(name: string, where: Page = page) {
  return where.getByRole('heading', { name })
}

/** The one ticket of the story; a second one with its subject would be a broken thread. */
async function theTicket(): Promise<Ticket> {
  const { data } = await owner.call(listTickets, { query: { queue: 'all' } })
  const found = data.filter(row => row.subject.includes('липсва'))
  expect(found).toHaveLength(1)
  return await owner.call(getTicket, { params: { number: found[0]?.number ?? 0 } })
}

async function theReply() {
  const reply = (await theTicket()).messages.find(message => message.direction === 'outbound')
  if (!reply) throw new Error('there is no reply on the ticket')
  return reply
}

function wholeSecond(at: Date | undefined): number {
  return Math.floor((at?.getTime() ?? 0) / 1000)
}

test('the log tells of each mail by its ids from the ledger to what a server answered, and of nobody’s words', async () => {
  const { messages } = await theTicket()
  const [received, sent] = [messages[0], messages.find(message => message.direction === 'outbound')]

  const [came, went] = [await trace(`--message=${received?.id}`), await trace(`--message=${sent?.id}`)]

  expect(came).toMatch(
    new RegExp(`filed mail {2}ledgerRowId=\\d+ {2}outcome=filed {2}messageId=${received?.id} `),
  )
  expect(went).toMatch(new RegExp(`mail handed to its server {2}messageId=${sent?.id} .*state=accepted`))
  expect(`${came}${went}`).not.toMatch(/customer\.test|Поръчка|КАНАРЧЕ/)
  await expect(trace('--message=999999')).rejects.toMatchObject({ code: 1 })
})

/** What `letterdesk trace-mail` finds in the log of the desk so far. */
async function trace(option: string): Promise<string> {
  const running = promisify(execFile)(process.execPath, ['src/start.mjs', 'trace-mail', option])
  running.child.stdin?.end(desk.output())
  return (await running).stdout
}
