import { afterAll, beforeAll, expect, test } from 'vitest'
import { getHealth, setCanary } from '../../src/shared/health.ts'
import {
  connectIntakeMailbox,
  getMailbox,
  getMailIntake,
  listMailFolders,
  updateMailbox,
} from '../../src/shared/mailboxes.ts'
import { getTicket, listTickets, sendReply, type TicketRow } from '../../src/shared/tickets.ts'
import type { ApiClient, ApiRefusal } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { openBrowser, type TestBrowser } from '../support/chromium.ts'
import { findFreePorts } from '../support/free-ports.ts'
import type { Letterdesk } from '../support/letterdesk.ts'
import { deliverByLmtp } from '../support/lmtp-client.ts'
import { rawMail } from '../support/mails.ts'
import { startProduct } from '../support/product.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

let certificates: Certificates
let sink: SmtpSink
/** As a Postfix of one's own: a certificate of its own making, and no sign-in for who is near. */
let ownServer: SmtpSink
let desk: Letterdesk
let browser: TestBrowser
let admin: ApiClient
let port = 0

beforeAll(async () => {
  certificates = await makeCertificates()
  sink = await startSmtpSink({ certificates })
  ownServer = await startSmtpSink({
    certificates,
    certificate: 'selfSigned',
    server: { authOptional: true },
  })
  browser = await openBrowser()
  ;[port = 0] = await findFreePorts(1)
  desk = await startProduct({
    caFile: certificates.caFile,
    env: { MAIL_INTAKE: `lmtp://127.0.0.1:${port}` },
  })
  admin = await desk.hastyOwner()
}, 150_000)

afterAll(async () => {
  await browser?.close()
  await desk?.stop()
  await Promise.all([sink, ownServer].map(server => server?.stop()))
  await certificates?.remove()
})

/** Of a machine that does much else. */
const patience = { withinMs: 60_000 }

async function handIn(to: string, parts: Parameters<typeof rawMail>[0]): Promise<void> {
  await deliverByLmtp(port, [{ raw: rawMail({ to, ...parts }), to: [to] }])
}

async function ticketLike(subject: string): Promise<TicketRow> {
  const look = async () => {
    const { data } = await admin.call(listTickets, { query: { queue: 'all' } })
    return data.find(ticket => ticket.subject === subject)
  }
  return await waitUntil(`the ticket ${subject}`, look, patience)
}

test('a mailbox without IMAP takes what is handed in, answers by its SMTP, threads what comes back, and tells how it does', {
  timeout: 150_000,
}, async () => {
  const address = 'support@own.test'
  const smtp = { host: '127.0.0.1', port: sink.tlsPort, security: 'tls' as const }
  const body = { address, name: 'Own', smtp, password: 'secret' }
  const refusalOf = async (call: Promise<unknown>) =>
    await call.then(
      () => 'none',
      (refusal: ApiRefusal) => refusal.problem.code,
    )
  const wrong = await refusalOf(admin.call(connectIntakeMailbox, { body: { ...body, password: 'wrong' } }))

  const { id, ...made } = await admin.call(connectIntakeMailbox, { body })
  const params = { id }
  await handIn(address, { subject: 'Where is it?', messageId: 'asked@customer.test' })
  const ticket = await ticketLike('Where is it?')
  await admin.call(sendReply, { params: { number: ticket.number }, body: { text: 'On its way.' } })
  const { internetMessageId } = await sink.waitFor(
    ({ to }) => to.includes('ann@customer.test'),
    patience.withinMs,
  )
  await handIn(address, {
    subject: 'Re: Where is it?',
    inReplyTo: internetMessageId ?? '',
    text: 'Thank you!',
  })
  const answered = await waitUntil(
    'the answer in its ticket',
    async () => {
      const one = await admin.call(getTicket, { params: { number: ticket.number } })
      return one.messageCount === 3 ? one : undefined
    },
    patience,
  )
  await admin.call(setCanary, { params, body: { isOn: true } })
  const canary = await sink.waitFor(({ to }) => to.includes(address), patience.withinMs)
  // Its server gives it an id of its own, and folds what is long.
  const relayed = canary.raw
    .toString('latin1')
    .replace(/^Message-ID:.*\r\n(?:[ \t].*\r\n)*/im, 'Message-ID: <replaced@own.test>\r\n')
    .replace(/^(X-Letterdesk-Ref:) /im, '$1\r\n ')
  await deliverByLmtp(port, [{ raw: Buffer.from(relayed, 'latin1'), to: [address] }])
  const health = await waitUntil(
    'the test mail back',
    async () => {
      const one = (await admin.call(getHealth)).mailboxes.find(mailbox => mailbox.id === id)
      return one?.canary?.arrivedAt ? one : undefined
    },
    patience,
  )
  const refusals = [
    wrong,
    await refusalOf(admin.call(updateMailbox, { params, body: { sentCopy: 'append' } })),
    await refusalOf(admin.call(updateMailbox, { params, body: { imap: smtp } })),
    await refusalOf(admin.call(listMailFolders, { params })),
    await refusalOf(admin.call(connectIntakeMailbox, { body })),
  ]
  const changed = await admin.call(updateMailbox, { params, body: { name: 'Ours', password: 'secret' } })

  expect(made).toMatchObject({ kind: 'intake', imap: null, sentCopy: 'none', username: address })
  expect(await admin.call(getMailIntake)).toEqual({ doors: [`lmtp://127.0.0.1:${port}`] })
  expect(answered.state).toBe('open')
  expect(health).toMatchObject({ troubles: [], balance: null, fetchMode: null, isWatched: false })
  expect(health.fetchedAt).not.toBeNull()
  expect(relayed).toMatch(/^Message-ID: <replaced@own\.test>$/m)
  expect(relayed).toMatch(/^X-Letterdesk-Ref:\r\n /m)
  expect(refusals).toEqual([
    'mailbox-check-failed',
    'no-imap-server',
    'no-imap-server',
    'not-found',
    'mailbox-exists',
  ])
  expect(changed).toMatchObject({ name: 'Ours', problem: null })
  // The test mail to itself is no ticket.
  const { data } = await admin.call(listTickets, { query: { queue: 'all', mailboxId: id } })
  expect(data.map(({ subject }) => subject)).toEqual(['Where is it?'])
})

test('the wizard says what to tell the mail server, trusts its own certificate, needs no password, and sees the first mail', {
  timeout: 150_000,
}, async () => {
  const address = 'sales@own.test'
  const page = await (await browser.newAgent(admin)).newPage()
  await page.goto(`${desk.baseUrl}/settings/mailboxes/new`)

  await page.getByRole('textbox', { name: 'Email address' }).fill(address)
  await page.getByRole('button', { name: 'Set it up' }).click()
  await page.getByText(`${address} lmtp:inet:[127.0.0.1]:${port}`).waitFor()
  await page.getByRole('textbox', { name: 'Server', exact: true }).last().fill('127.0.0.1')
  await page.getByLabel('Port').last().fill(String(ownServer.port))
  await page.getByRole('button', { name: 'Check and connect' }).click()
  await page.getByText('was not issued by anyone we trust').waitFor()
  await page.getByRole('button', { name: 'Trust this certificate' }).click()
  await page.getByRole('button', { name: 'Check and connect' }).click()
  await page.getByText('Sales is connected. Its mail appears in the inbox.').waitFor()
  await page.getByText('No mail has been handed in yet.').waitFor()
  await handIn(address, { subject: 'An order' })
  await page.getByText('It works: a mail was handed in').waitFor()
  await page.getByRole('button', { name: 'Mailbox settings' }).click()
  await page.getByRole('heading', { level: 1, name: 'Sales' }).waitFor()
  await page.getByText('Last mail handed in').waitFor()

  const ticket = await ticketLike('An order')
  await admin.call(sendReply, { params: { number: ticket.number }, body: { text: 'Gladly.' } })
  const { user } = await ownServer.waitFor(({ to }) => to.includes('ann@customer.test'), patience.withinMs)
  expect(user).toBeNull()
  const headings = await page.getByRole('heading', { level: 2 }).allTextContents()
  expect(headings).toContain('How its mail comes in')
  expect(headings).not.toContain('Folders')
  const { data } = await admin.call(listTickets, { query: { queue: 'all', mailboxId: ticket.mailboxId } })
  expect(data).toHaveLength(1)
  expect((await admin.call(getMailbox, { params: { id: ticket.mailboxId } })).username).toBeNull()
})
