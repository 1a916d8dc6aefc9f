import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/api/handle.ts'
import { registerLedger } from '../../src/api/ledger.ts'
import { registerMailboxChecks } from '../../src/api/mailbox-checks.ts'
import { registerMailboxes } from '../../src/api/mailboxes.ts'
import { SESSION_COOKIE } from '../../src/api/request-guard.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { checkMailbox, watchConnectedCheck } from '../../src/shared/mailbox-checks.ts'
import {
  connectMailbox,
  downloadQuarantined,
  getLedger,
  getMailbox,
  listLedgerRows,
  listMailboxes,
  listQuarantine,
  pauseMailbox,
  resumeMailbox,
  updateMailbox,
} from '../../src/shared/mailboxes.ts'
import { type ApiClient, type ApiRefusal, apiClient } from '../support/api.ts'
import { rawMail } from '../support/mails.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { eventuallyRows, type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: SyncDesk
let sink: SmtpSink
let baseUrl: string
let closeServer: () => Promise<unknown>

const sessions: Record<string, SignedIn> = {
  admin: { agentId: 1, role: 'admin', mailboxIds: 'all', sessionId: 1, csrfToken: 'token' },
  agent: { agentId: 2, role: 'agent', mailboxIds: [], sessionId: 2, csrfToken: 'token' },
}

beforeAll(async () => {
  desk = await startSyncDesk()
  sink = await startSmtpSink({ certificates: desk.certificates })
  const log = createLog({ level: 'silent' })
  const server = await createServer({
    log,
    baseUrl: 'http://localhost:8080',
    trustProxy: [],
    bodyLimitBytes: 100_000,
    findSession: async token => sessions[token] ?? null,
  })
  const { db, keys, bells, blobs, trust } = desk
  registerMailboxes(server, { db, keys, bells, log, clock: systemClock, trust, dnsServers: [] })
  registerMailboxChecks(server, { db, keys, log, clock: systemClock, trust, dnsServers: [] })
  registerLedger(server, { db, bells, blobs })
  baseUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  closeServer = () => server.close()
})

afterAll(async () => {
  await closeServer()
  await sink.stop()
  await desk.close()
})

const as = (who: 'admin' | 'agent'): Pick<ApiClient, 'call'> => {
  const client = apiClient(baseUrl)
  const headers = { cookie: `${SESSION_COOKIE}=${who}`, 'x-csrf-token': 'token' }
  return { call: (route, given) => client.call(route, { ...given, headers } as typeof given) }
}

const servers = () => ({
  imap: { host: 'localhost', port: desk.dovecot.imapsPort, security: 'tls' as const },
  smtp: { host: 'localhost', port: sink.tlsPort, security: 'tls' as const },
})

const connection = (address: string) => ({ address, password: 'secret', ...servers() })

const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'accepted',
    (refusal: ApiRefusal) => refusal.problem,
  )

test('the check list shows each step done, and leaves mailbox and database as they were', async () => {
  const result = await as('admin').call(checkMailbox, { body: connection('check@desk.test') })

  expect(result).toMatchObject({ ok: true, username: 'check@desk.test', ...servers() })
  expect(result.steps.map(step => [step.step, step.ok])).toEqual([
    ['find-servers', true],
    ['imap-connect', true],
    ['imap-secure', true],
    ['imap-sign-in', true],
    ['imap-folders', true],
    ['smtp-connect', true],
    ['smtp-secure', true],
    ['smtp-sign-in', true],
  ])
  const stored = await desk.database.pool.query("select 1 from mailbox where address = 'check@desk.test'")
  expect(stored.rows).toEqual([])
})

test.each([
  ['a wrong password', { password: 'wrong' }, 'imap-sign-in', 'wrong-password'],
  [
    'a host that is none',
    { imap: { host: 'nowhere.invalid', port: 993, security: 'tls' } },
    'imap-connect',
    'host-not-found',
  ],
  [
    'a forbidden host',
    { imap: { host: '169.254.169.254', port: 993, security: 'tls' } },
    'imap-connect',
    'host-not-allowed',
  ],
] as const)('%s is named at its step, and nothing after it is tried', async (_, wrong, step, code) => {
  const result = await as('admin').call(checkMailbox, {
    body: { ...connection('wrong@desk.test'), ...wrong },
  })

  expect(result.ok).toBe(false)
  expect(result.steps.at(-1)).toMatchObject({ step, ok: false, code })
})

test('a STARTTLS server with a foreign certificate fails the connection, not the sign-in', async () => {
  const other = await startSmtpSink({ certificates: desk.certificates, certificate: 'wrongName' })
  const smtp = { host: 'localhost', port: other.port, security: 'starttls' as const }

  const result = await as('admin').call(checkMailbox, { body: { ...connection('tls@desk.test'), smtp } })

  expect(result.steps.at(-1)).toMatchObject({
    step: 'smtp-secure',
    ok: false,
    code: 'certificate-wrong-name',
  })
  await other.stop()
})

test('a server that knows people by the part before the @ is found to do so', async () => {
  await desk.dovecot.setPassword('shortname', 'other')

  const result = await as('admin').call(checkMailbox, {
    body: { ...connection('shortname@desk.test'), password: 'other' },
  })

  expect(result.steps.find(step => step.step === 'imap-sign-in')).toMatchObject({ ok: true })
  expect(result.username).toBe('shortname')
})

test('connected from now: the old mail is one range, the next mail is in the ledger, nobody reads the password back', async () => {
  const address = 'connect@desk.test'
  await desk.dovecot.deliver(rawMail({ subject: 'old' }), [address])
  const sync = await desk.startNode()

  const made = await as('admin').call(connectMailbox, {
    body: { ...connection('Connect@Desk.TEST'), name: 'Support', start: { rule: 'now' } },
  })
  await desk.dovecot.deliver(rawMail({ subject: 'new' }), [address])

  const [row] = await eventuallyRows(desk, made.id, 1)
  expect(row).toMatchObject({ uid: 2, lane: 0 })
  expect(made).toMatchObject({ address, state: 'active', problem: null })
  expect(JSON.stringify(made)).not.toContain('secret')
  const { folders } = await as('admin').call(getLedger, { params: { id: made.id } })
  expect(folders[0]).toMatchObject({ path: 'INBOX', cursorUid: 2, belowUid: 2, mailsBelow: 1 })
  const page = await as('admin').call(listLedgerRows, { query: { mailboxId: made.id } })
  expect(page.data).toMatchObject([{ uid: 2, outcome: 'stored', sha256: row?.sha256, folder: 'INBOX' }])
  const sealed = await desk.database.pool.query(
    'select password_sealed, password_key_id from mailbox where id = $1',
    [made.id],
  )
  expect(String(sealed.rows[0]?.password_sealed)).not.toContain('secret')
  expect(sealed.rows[0]?.password_key_id).toBe(desk.keys.active('credentials').id)
  await sync.stop()
})

test('a mailbox that fails its check, or is connected already, is not stored', async () => {
  const body = { ...connection('twice@desk.test'), name: 'Twice', start: { rule: 'now' as const } }
  await as('admin').call(connectMailbox, { body })

  const refusals = [
    await refusalOf(as('admin').call(connectMailbox, { body })),
    await refusalOf(
      as('admin').call(connectMailbox, { body: { ...body, address: 'new@desk.test', password: 'no' } }),
    ),
    await refusalOf(
      as('admin').call(connectMailbox, { body: { ...body, address: 'new@desk.test', folders: ['Gone'] } }),
    ),
    await refusalOf(
      as('admin').call(connectMailbox, { body: { ...body, address: 'new@desk.test', folders: [] } }),
    ),
  ]

  expect(refusals).toMatchObject([
    { status: 409, code: 'mailbox-exists' },
    { status: 422, code: 'mailbox-check-failed', details: { ok: false } },
    { status: 422, code: 'unknown-folder', details: { path: 'Gone' } },
    { status: 422, code: 'no-folder' },
  ])
  expect(JSON.stringify(refusals)).not.toContain('"no"')
})

test('settings change without a check; a new password is checked first and wakes the watcher', async () => {
  const address = 'settings@desk.test'
  const made = await as('admin').call(connectMailbox, {
    body: { ...connection(address), name: 'Settings', start: { rule: 'now' } },
  })
  const params = { id: made.id }

  const changed = await as('admin').call(updateMailbox, {
    params,
    body: {
      name: 'Renamed',
      aliases: ['Help@Desk.test', 'help@desk.test'],
      acknowledges: true,
      sentCopy: 'none',
    },
  })
  const refused = await refusalOf(as('admin').call(updateMailbox, { params, body: { password: 'wrong' } }))

  expect(changed).toMatchObject({
    name: 'Renamed',
    aliases: ['help@desk.test'],
    acknowledges: true,
    sentCopy: 'none',
  })
  expect(refused).toMatchObject({ status: 422, code: 'mailbox-check-failed' })
  expect(await as('admin').call(updateMailbox, { params, body: { password: 'secret' } })).toMatchObject({
    address,
  })
})

test('a stored password that no key opens is named where it is needed, and a new one takes its place', async () => {
  const address = 'sealed@desk.test'
  const id = await desk.addMailbox({ address })
  const { pool } = desk.database
  await pool.query(`update mailbox set password_sealed = '\\x00', smtp_port = $2 where id = $1`, [
    id,
    sink.tlsPort,
  ])
  const params = { id }
  const testMail = { subject: 'Test', text: 'Test' }

  const refusals = [
    await refusalOf(as('admin').call(watchConnectedCheck, { params, body: { testMail } })),
    await refusalOf(as('admin').call(updateMailbox, { params, body: { smtp: servers().smtp } })),
  ]
  const mended = await as('admin').call(updateMailbox, { params, body: { password: 'secret' } })

  const refused = { status: 409, code: 'cannot-open-secret' }
  expect(refusals).toMatchObject([refused, refused])
  expect(mended).toMatchObject({ address })
  expect(await as('admin').call(updateMailbox, { params, body: { smtp: servers().smtp } })).toMatchObject({
    smtp: servers().smtp,
  })
})

test('a paused mailbox says so, and goes on when resumed', async () => {
  const made = await as('admin').call(connectMailbox, {
    body: { ...connection('pause@desk.test'), name: 'Pause', start: { rule: 'now' } },
  })
  const params = { id: made.id }

  const paused = await as('admin').call(pauseMailbox, { params })
  const resumed = await as('admin').call(resumeMailbox, { params })

  expect([paused.state, resumed.state]).toEqual(['paused', 'active'])
})

test('agents see their own mailboxes without servers, and no admin page', async () => {
  const [first] = (await as('admin').call(listMailboxes)).data
  sessions.agent = { ...(sessions.agent as SignedIn), mailboxIds: [first?.id ?? 0] }

  const { data } = await as('agent').call(listMailboxes)

  expect(data.map(mailbox => mailbox.id)).toEqual([first?.id])
  expect(Object.keys(data[0] ?? {})).not.toContain('imap')
  const params = { id: first?.id ?? 0 }
  const refusals = await Promise.all([
    refusalOf(as('agent').call(getMailbox, { params })),
    refusalOf(as('agent').call(getLedger, { params })),
    refusalOf(as('agent').call(listQuarantine)),
  ])
  expect(refusals).toMatchObject([{ status: 403 }, { status: 403 }, { status: 403 }])
})

test('what is not there is not found; a malformed connection names its field', async () => {
  const params = { id: 999_999 }

  const refusals = await Promise.all([
    refusalOf(as('admin').call(getMailbox, { params })),
    refusalOf(as('admin').call(pauseMailbox, { params })),
    refusalOf(as('admin').call(updateMailbox, { params, body: { name: 'x' } })),
    refusalOf(as('admin').call(downloadQuarantined, { params })),
    refusalOf(as('admin').call(checkMailbox, { body: { address: 'nobody', password: 'x' } })),
  ])

  expect(refusals.slice(0, 4)).toMatchObject([
    { status: 404 },
    { status: 404 },
    { status: 404 },
    { status: 404 },
  ])
  expect(refusals[4]).toMatchObject({ status: 400, fields: [{ field: 'body.address' }] })
})

test('a fault of the server is shown to admins with its code, and clears by itself', async () => {
  const address = 'fault@desk.test'
  const id = await desk.addMailbox({ address, password: 'wrong' })
  const sync = await desk.startNode()
  const problemOf = async () => (await as('admin').call(getMailbox, { params: { id } })).problem
  const problem = await waitUntil('a fault is shown', async () => (await problemOf()) ?? undefined)

  await as('admin').call(updateMailbox, {
    params: { id },
    body: { password: 'secret', smtp: servers().smtp },
  })

  expect(problem.code).toBe('wrong-password')
  await waitUntil('the fault is gone', async () => (await problemOf()) === null || undefined)
  await sync.stop()
})
