import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { startProduct } from '../support/product.ts'
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
  desk = await startProduct({ caFile: certificates.caFile, env: { DNS_SERVERS: dns.address } })
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

async function typeServers(page: Page, smtpsPort: number): Promise<void> {
  for (const [place, port] of [dovecot.imapsPort, smtpsPort].entries()) {
    await page.getByRole('textbox', { name: 'Server', exact: true }).nth(place).fill('127.0.0.1')
    await page.getByLabel('Port').nth(place).fill(String(port))
  }
}

test('a mailbox is connected after one mistake and another, each said in plain words', async () => {
  const page = await openConnectPage()
  const submit = page.getByRole('button', { name: /^(Connect|Try again)$/ })
  const password = page.getByRole('textbox', { name: 'Password' })

  await page.getByLabel('Email address').fill('support@desk.invalid')
  await password.fill('wrong')
  await submit.click()
  await page.getByText('No mail server was found for this address.').waitFor()
  await typeServers(page, selfSigned.tlsPort)
  await submit.click()
  await page.getByText('The server refused the user name or the password.').waitFor()
  await password.fill('secret')
  await submit.click()
  await page.getByText('was not issued by anyone we trust').waitFor()
  expect(await page.getByText('certificate-untrusted').count()).toBe(0)
  await typeServers(page, sink.tlsPort)
  await submit.click()

  await page.getByRole('heading', { level: 1, name: 'Support' }).waitFor()
  await page.getByText('Support is connected. Its mail appears in the inbox.').waitFor()
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
