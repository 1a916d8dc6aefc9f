import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { saveSignInApp } from '../../src/shared/sign-in-apps.ts'
import { listTickets } from '../../src/shared/tickets.ts'
import type { ApiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { rawMail } from '../support/mails.ts'
import { type OpenIdProvider, startOpenIdProvider } from '../support/openid-provider.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

let certificates: Certificates
let desk: Letterdesk
let provider: OpenIdProvider
let dovecot: Dovecot
let sink: SmtpSink
let browser: TestBrowser
let ada: ApiClient

beforeAll(async () => {
  certificates = await makeCertificates()
  const starting = openBrowser()
  desk = await startProduct({
    caFile: certificates.caFile,
    hostName: 'localhost',
    env: { LOG_LEVEL: 'debug' },
  })
  provider = await startOpenIdProvider({ certificates, redirectUri: `${desk.baseUrl}/oauth` })
  dovecot = await startDovecot({ certificates, introspectionUrl: provider.introspectionUrl })
  sink = await startSmtpSink({ certificates, userOf: provider.userOf })
  browser = await starting
  ada = await desk.owner()
}, 150_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await sink?.stop()
  await dovecot?.stop()
  await provider?.stop()
  await certificates?.remove()
})

async function open(path: string): Promise<Page> {
  const page = await (await browser.newAgent(ada, { ignoreHTTPSErrors: true })).newPage()
  await page.goto(desk.baseUrl + path)
  return page
}

const dayMs = 86_400_000

/** Types the address of a mailbox of our servers into the wizard. */
async function typeAccount(page: Page, address: string): Promise<void> {
  await page.getByRole('button', { name: 'Server settings' }).click()
  await page.getByRole('textbox', { name: 'Email address' }).fill(address)
  for (const [at, port] of [dovecot.imapsPort, sink.tlsPort].entries()) {
    await page.getByRole('textbox', { name: 'Server', exact: true }).nth(at).fill('localhost')
    await page.getByRole('textbox', { name: 'Port', exact: true }).nth(at).fill(String(port))
  }
}

test('an admin sets up an app, signs a mailbox in by it without a password, chooses its folders, and reconnects it', async () => {
  await dovecot.createFolder('support@desk.test', 'Clients')
  const appendOld = async (folder: string, days: number) => {
    const internalDate = new Date(Date.now() - days * dayMs)
    const raw = rawMail({ subject: `${folder}, ${days} days ago` })
    await dovecot.append('support@desk.test', folder, raw, { internalDate })
  }
  await appendOld('INBOX', 3)
  await appendOld('Clients', 40)
  await appendOld('Clients', 4)
  const page = await open('/settings/sign-in-apps')
  await page.getByRole('radio', { name: 'Another' }).click()
  await page.getByRole('textbox', { name: 'Name on the button' }).fill('House')
  await page.getByRole('textbox', { name: 'Issuer' }).fill(provider.issuer)
  await page.getByRole('textbox', { name: 'Scopes' }).fill(provider.mailScope)
  await page.getByRole('textbox', { name: 'Client ID' }).fill(provider.clientId)
  await page.getByRole('textbox', { name: 'Client secret' }).fill('not the secret')
  await page.getByRole('button', { name: 'Check and save' }).click()
  await page.getByText('The provider refused the app’s ID or secret.').first().waitFor()
  await page.getByRole('textbox', { name: 'Client secret' }).fill(provider.clientSecret)
  await page.getByRole('button', { name: 'Check and save' }).click()
  await page.getByRole('button', { name: 'Remove House' }).waitFor()
  const redirectUri = await page.getByText(`${desk.baseUrl}/oauth`, { exact: true }).count()

  await page.goto(`${desk.baseUrl}/settings/mailboxes/new`)
  await typeAccount(page, 'support@desk.test')
  provider.decide({ denies: true })
  await page.getByRole('button', { name: 'Sign in with House' }).click()
  await page.getByText('The sign-in was cancelled at the provider’s page.').waitFor()
  const refusedAt = page.url()
  provider.decide({})
  await page.goBack()
  await page.getByRole('textbox', { name: 'Email address' }).waitFor()

  await typeAccount(page, 'support@desk.test')
  await page.getByRole('radio', { name: 'Also the mail of the last days' }).check()
  await page.getByRole('button', { name: 'Sign in with House' }).click()
  await page.getByText('Support is connected. Its mail appears in the inbox.').waitFor()
  const testMail = await sink.waitFor(({ to }) => to.includes('support@desk.test'), 30_000)
  await dovecot.deliver(testMail.raw, ['support@desk.test'])
  await page.locator('li[data-ok=true]', { hasText: 'A test mail goes round' }).waitFor()
  await page.getByRole('checkbox', { name: 'Clients — 2 mails' }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  const subjects = await waitUntil(
    'the old mail of both folders',
    async () => {
      const { data } = await ada.call(listTickets, { query: { queue: 'all' } })
      return data.length > 1 ? data.map(({ subject }) => subject) : undefined
    },
    { withinMs: 30_000 },
  )
  await page.getByRole('button', { name: 'Mailbox settings' }).click()
  await page.getByText('Signed in by support@desk.test.').waitFor()
  const connectedAt = page.url()
  const isWatched = await page.getByRole('checkbox', { name: 'Clients — 2 mails' }).isChecked()
  await page.getByRole('button', { name: 'Reconnect' }).click()
  await page.getByText('Support is connected.').waitFor()
  await page.getByText('Signed in by support@desk.test.').waitFor()
  const reconnectedAt = page.url()

  await ada.call(saveSignInApp, { body: { kind: 'google_delegation', keyFile: provider.keyFile } })
  await page.goto(`${desk.baseUrl}/settings/mailboxes/new`)
  await typeAccount(page, 'sales@desk.test')
  await page.getByRole('button', { name: 'Connect through Google Workspace' }).click()
  await page.getByText('Sales is connected. Its mail appears in the inbox.').waitFor()
  await page.getByRole('checkbox', { name: 'INBOX — 0 mails' }).waitFor()

  expect(redirectUri).toBe(1)
  expect(subjects.toSorted()).toEqual(['Clients, 4 days ago', 'INBOX, 3 days ago'])
  expect(isWatched).toBe(true)
  expect(desk.output()).toContain('signed in to imap')
  for (const secret of [provider.clientSecret, ...provider.issued()])
    expect(desk.output()).not.toContain(secret)
  expect([refusedAt, reconnectedAt]).toEqual([`${desk.baseUrl}/oauth`, connectedAt])
}, 90_000)
