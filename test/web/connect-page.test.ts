import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { getMailbox } from '../../src/shared/mailboxes.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'

let certificates: Certificates
let dovecot: Dovecot
let sink: SmtpSink
let selfSigned: SmtpSink
let desk: Letterdesk
let browser: TestBrowser
let dns: DnsServer

beforeAll(async () => {
  certificates = await makeCertificates()
  dovecot = await startDovecot({ certificates })
  sink = await startSmtpSink({ certificates })
  selfSigned = await startSmtpSink({ certificates, certificate: 'selfSigned' })
  browser = await openBrowser()
  dns = await startDnsServer()
  desk = await startProduct({
    caFile: certificates.caFile,
    env: { DNS_SERVERS: dns.address, ALLOW_PRIVATE_HOSTS: '127.0.0.0/8,localhost' },
  })
  for (const service of ['_imap', '_submissions']) dns.setService(`${service}._tcp.desk.test`, '.', 0)
  dns.setService('_imaps._tcp.desk.test', 'localhost', dovecot.imapsPort)
  dns.setService('_submissions._tcp.desk.test', 'localhost', sink.tlsPort)
}, 150_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await Promise.all([dovecot, sink, selfSigned, dns].map(server => server?.stop()))
  await certificates?.remove()
})

async function openConnectPage(): Promise<Page> {
  const owner = await desk.owner()
  const visitor = await browser.newAgent(owner)
  const page = await visitor.newPage()
  await page.goto(`${desk.baseUrl}/settings/mailboxes/new`)
  return page
}

/** As a provider's SMTP server: the test mail of a check is delivered where it was sent to. */
async function deliverTestMail(address: string): Promise<void> {
  const known = sink.accepted.length
  const mail = await sink.waitFor(
    one => one.to.includes(address) && sink.accepted.indexOf(one) >= known,
    30_000,
  )
  await dovecot.deliver(mail.raw, [address])
}

test('two fields and two clicks connect a mailbox; what is known is said before the password is typed', async () => {
  const address = 'support@desk.test'
  await dovecot.deliver(rawMail({ subject: 'Where is my parcel?' }), [address])
  const page = await openConnectPage()
  const did = { fields: 0, clicks: 0 }
  const type = async (field: string, text: string) => {
    did.fields += 1
    await page.getByRole('textbox', { name: field }).fill(text)
  }
  const click = async (name: string) => {
    did.clicks += 1
    await page.getByRole('button', { name, exact: true }).click()
  }

  await type('Email address', address)
  await page.getByText('The DNS of desk.test names its mail servers.').waitFor()
  await page.getByText('Outside of desk.test, named by DNS alone: localhost.').waitFor()
  await type('Password', 'secret')
  const delivered = deliverTestMail(address)
  await click('Connect')
  await delivered
  await page.getByText('Where is my parcel?').waitFor()
  await click('Connect and start')

  await page.getByText('Support is connected. Its mail appears in the inbox.').waitFor()
  expect(did).toEqual({ fields: 2, clicks: 2 })
  await page.getByText('What was checked').waitFor({ state: 'detached' })
})

test('the mail of years comes in as history by one more tick, with its numbers before and its bar after', async () => {
  const address = 'years@desk.test'
  const dayMs = 86_400_000
  const days = [400, 200, 100, 20, 3]
  // UIDs go by when a mail came to the folder: somebody copied the old ones there.
  for (const n of [3, 0, 4, 1, 2]) {
    const internalDate = new Date(Date.now() - (days[n] ?? 0) * dayMs)
    await dovecot.append(address, 'INBOX', rawMail({ subject: `Letter ${n}` }), { internalDate })
  }
  await dovecot.append(address, 'Sent', rawMail({ subject: 'Our answer', from: address }), {
    internalDate: new Date(Date.now() - 150 * dayMs),
  })
  await dovecot.createFolder(address, 'Clients')
  for (const n of [1, 2]) {
    const internalDate = new Date(Date.now() - 500 * dayMs)
    await dovecot.append(address, 'Clients', rawMail({ subject: `Client ${n}` }), { internalDate })
  }
  const page = await openConnectPage()
  await page.getByRole('textbox', { name: 'Email address' }).fill(address)
  await page.getByText('Outside of desk.test').waitFor()
  await page.getByRole('textbox', { name: 'Password' }).fill('secret')
  const delivered = deliverTestMail(address)
  await page.getByRole('button', { name: 'Connect', exact: true }).click()
  await delivered
  await page.getByText('Letter 4').waitFor()
  await page.getByRole('checkbox', { name: 'INBOX — 0 of 5 mails come in' }).waitFor()

  await page.getByRole('radio', { name: 'Also the mail of the last days' }).check()
  await page.getByRole('checkbox', { name: 'Also the mail before that' }).check()
  await page.getByRole('combobox', { name: 'How far back' }).click()
  await page.getByRole('option', { name: '1 year — 4 mails' }).waitFor()
  await page.getByRole('option', { name: 'Everything — 5 mails' }).click()
  await page.getByRole('checkbox', { name: 'Clients — 2 mails' }).check()
  await page.getByRole('checkbox', { name: 'Clients — 2 of 2 mails come in' }).waitFor()
  await page.getByRole('checkbox', { name: 'Sent — 1 of 1 mail comes in' }).waitFor()
  await page.getByRole('combobox', { name: 'How far back' }).click()
  await page.getByRole('option', { name: 'Everything — 7 mails' }).click()
  await page.getByRole('button', { name: 'Connect and start' }).click()

  await page.getByText('Years is connected. Its mail appears in the inbox.').waitFor()
  await page.getByText('All 8 old mails are in.').waitFor()
  const owner = await desk.owner()
  const states = await Promise.all(
    (['closed', 'unassigned'] as const).map(async queue => {
      const { data } = await owner.call(listTickets, { query: { queue } })
      return data.map(({ subject }) => subject).filter(subject => subject.startsWith('Letter'))
    }),
  )
  expect(states).toEqual([['Letter 3', 'Letter 2', 'Letter 1', 'Letter 0'], ['Letter 4']])
})

test('each mistake is said in plain words with its cure, and an own certificate is trusted by one click', async () => {
  const address = 'mistakes@desk.invalid'
  const page = await openConnectPage()
  const submit = page.getByRole('button', { name: /^(Connect|Try again)$/ })
  const password = page.getByRole('textbox', { name: 'Password' })
  const host = page.getByRole('textbox', { name: 'Server', exact: true })
  const typeServer = async (place: number, name: string, port: number) => {
    await host.nth(place).fill(name)
    await page.getByLabel('Port').nth(place).fill(String(port))
  }

  await page.getByLabel('Email address').fill('ada@gmial.com')
  await page.getByRole('button', { name: 'ada@gmail.com' }).waitFor()
  await page.getByLabel('Email address').fill('ada@gmail.com')
  await page.getByRole('textbox', { name: 'App password' }).waitFor()
  await page.getByLabel('Email address').fill('ada@proton.me')
  await page.getByText('Proton Mail opens its mail only through its own Bridge program').waitFor()
  expect(await submit.count()).toBe(0)
  await page.getByLabel('Email address').fill(address)
  await page.getByText('No mail server was found for this address.').waitFor()
  await password.fill('wrong')
  await typeServer(0, 'imap.gmial.com', 993)
  await typeServer(1, '127.0.0.1', selfSigned.tlsPort)
  await submit.click()
  await page.getByText('This server does not exist.').waitFor()
  await page.getByRole('button', { name: 'imap.gmail.com' }).waitFor()
  await typeServer(0, '127.0.0.1', dovecot.imapsPort)
  await submit.click()
  await page.getByText('The server refused the user name or the password.').waitFor()
  await password.fill('secret')
  await submit.click()
  await page.getByText('was not issued by anyone we trust').waitFor()
  await page.getByText('localhost, mail.test, 127.0.0.1').waitFor()
  expect(await page.getByText('certificate-untrusted').count()).toBe(0)
  await page.getByRole('button', { name: 'Copy report' }).waitFor()
  await page.getByRole('button', { name: 'Trust this certificate' }).click()
  await page.getByText('Only the certificate you trusted is accepted here.').waitFor()
  selfSigned.behave(
    answerAt('mail', { reply: 553, text: '5.7.1 Sender address rejected: not owned by user' }),
  )
  await password.press('Enter') // the button below stays where it is
  const refusal = page.getByText('The server does not let this account send from this address.')
  await refusal.waitFor()
  const isInSight = async () => {
    const { y = 800, height = 0 } = (await refusal.boundingBox()) ?? {}
    return y + height <= 800
  }
  await expect.poll(isInSight, { timeout: 10_000 }).toBe(true)
  selfSigned.behave()
  const delivered = selfSigned.waitFor(({ to }) => to.includes(address), 30_000)
  await submit.click()
  await dovecot.deliver((await delivered).raw, [address])
  await page.getByText('The inbox is empty.', { exact: true }).waitFor()
  await page.getByRole('button', { name: 'Connect and start' }).click()

  await page.getByText('Mistakes is connected. Its mail appears in the inbox.').waitFor()
  await page.getByRole('button', { name: 'Mailbox settings' }).click()
  await page.getByRole('heading', { level: 1, name: 'Mistakes' }).waitFor()
  await page.getByText('Only the certificate you trusted is accepted here.').waitFor()
})

test('an admin switches signing on, publishes what the card shows, and reads what DNS says of it', async () => {
  const owner = await desk.owner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  const { id } = await connect(owner, servers, { address: 'signing@desk.test' })
  const page = await (await browser.newAgent(owner)).newPage()
  await page.goto(`${desk.baseUrl}/settings/mailboxes/${id}`)
  const card = page.locator('section', { has: page.getByRole('heading', { name: 'Signature (DKIM)' }) })

  await card.getByRole('switch', { name: 'Sign outgoing mail' }).click()
  await card.getByText('Not signing yet').waitFor()
  const [name = '', value = ''] = await card.locator('code').allTextContents()
  await card.getByRole('button', { name: 'Check the record' }).click()
  await card.getByText('There is no record with this name.').waitFor()
  dns.setText(name, value)
  await card.getByRole('button', { name: 'Check the record' }).click()

  await card.getByText('Signing', { exact: true }).waitFor()
  await card.getByText('The record is right.').waitFor()
  expect(name).toMatch(/^letterdesk-\d{8}-[0-9a-f]{6}\._domainkey\.desk\.test$/)
})

test('an admin chooses the folders to watch, and that what is a ticket is read and archived', async () => {
  const owner = await desk.owner()
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  const address = 'folders@desk.test'
  await dovecot.createFolder(address, 'Orders')
  const { id } = await connect(owner, servers, { address })
  const page = await (await browser.newAgent(owner)).newPage()
  await page.goto(`${desk.baseUrl}/settings/mailboxes/${id}`)
  const card = (name: string) =>
    page.locator('section', { has: page.getByRole('heading', { name, exact: true }) })
  const kept = async () => (await owner.call(getMailbox, { params: { id } })).afterFiling

  await card('Folders').getByRole('checkbox', { name: 'Orders' }).check()
  await card('Folders').getByRole('button', { name: 'Save' }).click()
  await card('On the mail server').getByRole('checkbox', { name: 'Mark as read' }).check()
  await card('On the mail server').getByRole('combobox', { name: 'Move to a folder' }).click()
  await page.getByRole('option', { name: 'Archive – the archive' }).click()
  await card('On the mail server').getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => kept()).toEqual({ marksRead: true, movesTo: 'Archive' })
  await page.reload()
  await card('On the mail server').getByText('Never touched').waitFor()

  expect(await card('Folders').getByRole('checkbox', { name: 'Orders' }).isChecked()).toBe(true)
  expect(
    await card('On the mail server').getByRole('combobox', { name: 'Move to a folder' }).inputValue(),
  ).toBe('Archive – the archive')
})
