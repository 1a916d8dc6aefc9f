import { once } from 'node:events'
import { createServer as createTcp } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/api/handle.ts'
import { registerMailboxChecks } from '../../src/api/mailbox-checks.ts'
import { registerMailboxes } from '../../src/api/mailboxes.ts'
import { SESSION_COOKIE } from '../../src/api/request-guard.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import type { BodyOf } from '../../src/shared/define-route.ts'
import {
  type CheckResult,
  type CheckStep,
  checkMailbox,
  watchConnectedCheck,
  watchMailboxCheck,
} from '../../src/shared/mailbox-checks.ts'
import { connectMailbox, getMailbox, updateMailbox } from '../../src/shared/mailboxes.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { findFreePorts } from '../support/free-ports.ts'
import { rawMail } from '../support/mails.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { eventuallyRows, type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'

let desk: SyncDesk
let sink: SmtpSink
let baseUrl: string
let closeServer: () => Promise<unknown>

const admin: SignedIn = { agentId: 1, role: 'admin', mailboxIds: 'all', sessionId: 1, csrfToken: 'token' }
const headers = { cookie: `${SESSION_COOKIE}=admin`, 'x-csrf-token': 'token' }

beforeAll(async () => {
  desk = await startSyncDesk()
  sink = await startSmtpSink({ certificates: desk.certificates })
  const log = createLog({ level: 'silent' })
  const server = await createServer({
    log,
    baseUrl: 'http://localhost:8080',
    trustProxy: [],
    bodyLimitBytes: 100_000,
    findSession: async () => admin,
  })
  const { db, keys, bells, trust } = desk
  const needs = { db, keys, bells, log, clock: systemClock, trust, dnsServers: [], roundTripMs: 2_500 }
  registerMailboxes(server, needs)
  registerMailboxChecks(server, needs)
  baseUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  closeServer = () => server.close()
})

afterAll(async () => {
  await closeServer()
  await sink.stop()
  await desk.close()
})

const call: ApiClient['call'] = (route, given) =>
  apiClient(baseUrl).call(route, { ...given, headers } as typeof given)

const tls = (host: string, port: number) => ({ host, port, security: 'tls' as const })
const servers = () => ({
  imap: tls('localhost', desk.dovecot.imapsPort),
  smtp: tls('localhost', sink.tlsPort),
})
const testMail = { subject: 'Проверка', text: 'Letterdesk sent this to see whether mail arrives.' }

type Live = { begun: string[]; steps: CheckStep[]; done: CheckResult | undefined }

/** Runs the check as a page does and collects what the stream tells. */
async function watch(body: BodyOf<typeof watchMailboxCheck>): Promise<Live> {
  return await read(await apiClient(baseUrl).fetch(watchMailboxCheck, { body, headers }))
}

/** The same of a connected mailbox. */
const askConnected = (id: number) =>
  apiClient(baseUrl).fetch(watchConnectedCheck, { params: { id }, body: { testMail }, headers })

async function read(response: Response): Promise<Live> {
  const live: Live = { begun: [], steps: [], done: undefined }
  for (const block of (await response.text()).split('\n\n')) {
    const [, event, data] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? []
    if (event === 'begin') live.begun.push(JSON.parse(data ?? '').step)
    if (event === 'step') live.steps.push(JSON.parse(data ?? ''))
    if (event === 'done') live.done = JSON.parse(data ?? '')
  }
  return live
}

/** As a provider's SMTP server: what it takes for somebody of the desk is delivered to Dovecot. */
async function deliverTestMail(address: string, change: (raw: string) => string = raw => raw): Promise<void> {
  const mail = await sink.waitFor(({ to }) => to.includes(address))
  await desk.dovecot.deliver(change(mail.raw.toString('latin1')), [address])
}

test('the list is told line by line; the test mail goes round, says what became of it, and leaves no trace', async () => {
  const address = 'round@desk.test'
  await desk.dovecot.deliver(rawMail({ subject: 'a customer’s' }), [address])
  await desk.dovecot.createFolder(address, 'Sent')
  const id = await desk.addMailbox({ address })
  const sync = await desk.startNode()
  await eventuallyRows(desk, id, 0)

  const [live] = await Promise.all([
    watch({ address, password: 'secret', ...servers(), testMail }),
    deliverTestMail(address, raw =>
      raw.replace(/^Message-ID:.*\r\n(?:[ \t].*\r\n)*/im, 'Message-ID: <relay@elsewhere.test>\r\n'),
    ),
  ])

  expect(live.begun).toEqual([
    'find-servers',
    'imap-connect',
    'imap-sign-in',
    'imap-folders',
    'smtp-connect',
    'smtp-sign-in',
    'smtp-sender',
    'round-trip',
  ])
  expect(live.done).toMatchObject({ ok: true, username: address, ...servers() })
  expect(live.steps).toEqual(live.done?.steps)
  const step = (name: string) => live.steps.find(each => each.step === name)
  expect(step('imap-secure')?.facts).toMatchObject({
    tlsVersion: 'TLSv1.3',
    certificate: { issuer: 'Letterdesk test CA' },
  })
  expect(step('round-trip')).toMatchObject({
    code: null,
    facts: { arrivedIn: 'inbox', keepsMessageId: false, keepsDate: true, filesSent: false },
  })
  const left = await desk.dovecot.readFolder(address)
  expect(left.map(mail => /^Subject: (.*)$/m.exec(mail.raw.toString())?.[1])).toHaveLength(1)
  const tickets = await desk.database.pool.query('select 1 from ticket where mailbox_id = $1', [id])
  expect(tickets.rows).toHaveLength(0)
  await sync.stop()
})

test('a test mail that is late, in Junk or refused is said to be so, and leaves nothing in Junk', async () => {
  const late = await watch({ address: 'late@desk.test', password: 'secret', ...servers(), testMail })
  const filter = async (address: string) => {
    const mail = await sink.waitFor(({ to }) => to.includes(address))
    await desk.dovecot.append(address, 'Junk', mail.raw)
  }
  const [junk] = await Promise.all([
    watch({ address: 'junk@desk.test', password: 'secret', ...servers(), testMail }),
    filter('junk@desk.test'),
  ])
  sink.behave(answerAt('mail', { reply: 553, text: '5.7.1 Sender address rejected: not owned by user' }))
  const refused = await watch({ address: 'late@desk.test', password: 'secret', ...servers(), testMail })
  sink.behave()

  expect(late.steps.at(-1)).toMatchObject({ step: 'round-trip', ok: true, code: 'test-mail-late' })
  expect(junk.steps.at(-1)).toMatchObject({
    step: 'round-trip',
    ok: true,
    code: 'test-mail-in-junk',
    facts: { arrivedIn: 'junk', keepsMessageId: true },
  })
  expect(await desk.dovecot.readFolder('junk@desk.test', 'Junk')).toEqual([])
  expect(refused.steps.at(-1)).toMatchObject({ step: 'smtp-sender', ok: false, code: 'may-not-send-as' })
  expect(refused.steps.at(-1)?.detail).toContain('not owned')
})

test('a port with the other encryption, or with nothing on it, is not the end: the host’s other door is taken', async () => {
  const [closed = 0] = await findFreePorts(1)
  const wrong = { ...servers(), smtp: tls('localhost', sink.port) }

  const switched = await call(checkMailbox, {
    body: { address: 'door@desk.test', password: 'secret', ...wrong },
  })
  const refused = await call(checkMailbox, {
    body: { address: 'door@desk.test', password: 'secret', ...servers(), imap: tls('localhost', closed) },
  })

  expect(switched).toMatchObject({
    ok: true,
    smtp: { host: 'localhost', port: sink.port, security: 'starttls' },
  })
  expect(switched.steps.find(step => step.step === 'smtp-connect')?.facts).toMatchObject({ switched: true })
  expect(refused.steps.at(-1)).toMatchObject({ step: 'imap-connect', code: 'connection-refused' })
})

test('a certificate nobody vouches for is shown, trusted alone, used for mail, and another one fails again', async () => {
  const address = 'pinned@desk.test'
  const own = await startSmtpSink({ certificates: desk.certificates, certificate: 'selfSigned' })
  const other = await startSmtpSink({ certificates: desk.certificates, certificate: 'wrongName' })
  const expired = await startSmtpSink({ certificates: desk.certificates, certificate: 'expired' })
  const body = { address, password: 'secret', ...servers(), smtp: tls('localhost', own.tlsPort) }

  const shown = (await call(checkMailbox, { body })).steps.at(-1)
  const certificate = shown?.facts?.certificate?.pem ?? ''
  const smtp = { ...body.smtp, certificate }
  const made = await call(connectMailbox, { body: { ...body, smtp, name: 'Pinned', start: { rule: 'now' } } })
  const checkOf = async (sinkOf: SmtpSink, pem = certificate) =>
    (
      await call(checkMailbox, {
        body: { ...body, smtp: { ...tls('localhost', sinkOf.tlsPort), certificate: pem } },
      })
    ).steps.at(-1)
  const vouchedFor = await checkOf(sink)
  const changed = await checkOf(other)
  const old = await checkOf(expired, desk.certificates.expired.cert)
  const wrongName = await checkOf(other, desk.certificates.wrongName.cert)

  expect(shown).toMatchObject({
    step: 'smtp-secure',
    ok: false,
    code: 'certificate-untrusted',
    facts: {
      certificate: {
        names: ['localhost', 'mail.test', '127.0.0.1'],
        sha256: expect.stringMatching(/^(?:[0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      },
    },
  })
  expect(made.smtp).toEqual(smtp)
  expect((await call(getMailbox, { params: { id: made.id } })).smtp?.certificate).toBe(certificate)
  expect([vouchedFor, changed].map(step => step?.code)).toEqual([
    'certificate-changed',
    'certificate-changed',
  ])
  expect(old).toMatchObject({ step: 'smtp-secure', code: 'certificate-expired' })
  expect(wrongName).toMatchObject({ step: 'smtp-sign-in', ok: true })
  const unpinned = await call(updateMailbox, { params: { id: made.id }, body: { smtp: servers().smtp } })
  expect(unpinned.smtp).toEqual(servers().smtp)
  await Promise.all([own, other, expired].map(server => server.stop()))
})

test('what the check learned is kept, an empty inbox points at the folder that has the mail', async () => {
  const address = 'empty@desk.test'
  await desk.dovecot.createFolder(address, 'All Mail')
  await desk.dovecot.append(address, 'All Mail', rawMail({ subject: 'kept elsewhere' }))
  const learned = { keepsMessageId: false, keepsDate: true, filesSent: true }

  const check = await call(checkMailbox, { body: { address, password: 'secret', ...servers() } })
  const made = await call(connectMailbox, {
    body: { address, password: 'secret', ...servers(), name: 'Empty', start: { rule: 'now' }, learned },
  })

  expect(check.steps.find(step => step.step === 'imap-folders')).toMatchObject({
    ok: true,
    code: 'inbox-empty',
    facts: { mails: 0, fullest: { path: 'All Mail', mails: 1 } },
  })
  expect(made).toMatchObject({ keepsMessageId: false, keepsDate: true, sentCopy: 'by_server' })
})

test('a wrong password is tried twice at most, and never where nobody proved who they are', async () => {
  const silent = createTcp(socket => void socket.on('data', () => undefined).on('error', () => undefined))
  const heard: string[] = []
  const plain = createTcp(socket => {
    socket.on('error', () => undefined)
    socket.write('* OK hello\r\n')
    socket.on('data', data => {
      heard.push(data.toString())
      socket.write(`${data.toString().split(' ')[0]} BAD no such thing\r\n`)
    })
  })
  const endless = createTcp(socket => {
    socket.on('error', () => undefined)
    socket.write('* OK '.repeat(20_000))
  })
  for (const server of [silent, plain, endless]) {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  }
  const portOf = (server: typeof silent) => (server.address() as { port: number }).port
  const check = (imap: { host: string; port: number; security: 'tls' | 'starttls' }) =>
    call(checkMailbox, { body: { address: 'two@desk.test', password: 'hunter2', ...servers(), imap } })
  const logBefore = (await desk.dovecot.readLog()).length

  const [wrong, clear, mute, loud] = await Promise.all([
    check(servers().imap),
    check({ host: 'localhost', port: portOf(plain), security: 'starttls' }),
    check(tls('localhost', portOf(silent))),
    check({ host: 'localhost', port: portOf(endless), security: 'starttls' }),
  ])

  expect(wrong.steps.at(-1)).toMatchObject({
    step: 'imap-sign-in',
    code: 'wrong-password',
    detail: 'Authentication failed.',
  })
  const log = (await desk.dovecot.readLog()).slice(logBefore)
  expect(log.match(/imap-login: .*auth failed, 1 attempts/g)).toHaveLength(2)
  expect(clear.steps.at(-1)).toMatchObject({ step: 'imap-secure', code: 'no-encryption' })
  expect(heard.join('')).not.toContain('hunter2')
  expect(mute.steps.at(-1)).toMatchObject({ step: 'imap-secure', ok: false, code: 'connection-timeout' })
  expect(loud.steps.at(-1)).toMatchObject({ step: 'imap-secure', ok: false, code: 'unreadable-answer' })
  for (const server of [silent, plain, endless]) server.close()
})

test('a name one letter off is offered, a certificate that is none is refused, and so is a domain without servers', async () => {
  const body = { address: 'x@desk.test', password: 'secret', ...servers(), imap: tls('imap.gmial.com', 993) }

  const check = await call(checkMailbox, { body })
  const refusal = await call(checkMailbox, {
    body: { ...body, imap: { ...body.imap, certificate: 'no pem' } },
  }).catch(refused => refused.problem)
  const unknown = await call(checkMailbox, { body: { address: 'x@nowhere.invalid', password: 'secret' } })

  expect(check.steps.at(-1)).toMatchObject({
    code: 'host-not-found',
    facts: { didYouMean: 'imap.gmail.com' },
  })
  expect(refusal).toMatchObject({ status: 422, code: 'bad-certificate' })
  expect(unknown.steps.at(-1)).toMatchObject({ ok: false, code: 'no-mail-server' })
})

test('a connected mailbox sends itself a test mail: a refused sender is told, what came back is kept', async () => {
  const address = 'connected@desk.test'
  await desk.dovecot.createFolder(address, 'Sent')
  const body = {
    address,
    password: 'secret',
    ...servers(),
    name: 'Connected',
    start: { rule: 'now' as const },
  }
  const { id } = await call(connectMailbox, { body })
  sink.behave(
    answerAt('mail', {
      reply: 550,
      text: '5.7.60 SMTP; Client does not have permissions to send as this sender',
    }),
  )
  const refused = await read(await askConnected(id))
  sink.behave()

  const [live] = await Promise.all([
    askConnected(id).then(read),
    deliverTestMail(address, raw => raw.replace(/^Date: .*$/im, 'Date: Fri, 27 Nov 2026 00:00:00 +0000')),
  ])

  const kept = await call(getMailbox, { params: { id } })
  expect(refused.steps.at(-1)).toMatchObject({ step: 'smtp-sender', ok: false, code: 'may-not-send-as' })
  expect(live.done).toMatchObject({ ok: true, steps: live.steps })
  expect(live.steps.at(-1)).toMatchObject({ step: 'round-trip', code: null, facts: { keepsDate: false } })
  expect(kept).toMatchObject({ keepsMessageId: true, keepsDate: false, sentCopy: 'append' })
  expect(await desk.dovecot.readFolder(address)).toEqual([])
  const nobody = await askConnected(id + 1_000)
  expect(nobody.status).toBe(404)
})
