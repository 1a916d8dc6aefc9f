import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SignedIn } from '../../src/api/handle.ts'
import { registerMailboxHealth } from '../../src/api/mailbox-health.ts'
import { registerMetrics } from '../../src/api/metrics.ts'
import { SESSION_COOKIE } from '../../src/api/request-guard.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { sendCanary } from '../../src/health/canary.ts'
import { judgeMailbox, type MailboxFacts } from '../../src/health/judge-mailbox.ts'
import { watchHealth } from '../../src/health/watch-health.ts'
import { migrateJobs } from '../../src/jobs/run-jobs.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { loadTemplates, templatesFolder } from '../../src/lib/templates.ts'
import {
  checkDomainRecords,
  getHealth,
  listAlerts,
  type MailboxHealth,
  setCanary,
} from '../../src/shared/health.ts'
import { apiClient } from '../support/api.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { rawMail } from '../support/mails.ts'
import { startSmtpSink } from '../support/smtp-sink.ts'
import { type SyncDesk, startSyncDesk } from '../support/sync-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: SyncDesk
let baseUrl: string
let dns: DnsServer
let closeServer: () => Promise<unknown>

const metricsToken = 'a token of tests'
const sessions: Record<string, SignedIn> = {
  admin: { agentId: 1, role: 'admin', mailboxIds: 'all', sessionId: 1, csrfToken: 'token' },
  agent: { agentId: 2, role: 'agent', mailboxIds: [], sessionId: 2, csrfToken: 'token' },
}

beforeAll(async () => {
  desk = await startSyncDesk({ quotaMb: 1 })
  const log = createLog({ level: 'silent' })
  const server = await createServer({
    log,
    baseUrl: 'http://localhost:8080',
    trustProxy: [],
    bodyLimitBytes: 100_000,
    findSession: async token => sessions[token] ?? null,
  })
  await migrateJobs({ directUrl: desk.database.url, log })
  registerMetrics(server, { db: desk.db, pool: desk.database.pool, log, token: metricsToken })
  dns = await startDnsServer()
  const { db, keys, trust } = desk
  const dataDir = desk.blobs.root
  registerMailboxHealth(server, { db, keys, trust, dataDir, clock: systemClock, dnsServers: [dns.address] })
  baseUrl = await listen(server, { host: '127.0.0.1', port: 0 })
  closeServer = () => server.close()
})

afterAll(async () => {
  await closeServer()
  await dns.stop()
  await desk.close()
})

const headersOf = (who: 'admin' | 'agent') => ({
  cookie: `${SESSION_COOKIE}=${who}`,
  'x-csrf-token': 'token',
})

const health = () => apiClient(baseUrl).call(getHealth, { headers: headersOf('admin') })

/** Waits until the health of a mailbox fits. */
async function eventually(id: number, what: string, fits: (mailbox: MailboxHealth) => boolean) {
  const look = async () => (await health()).mailboxes.find(one => one.id === id && fits(one))
  return await waitUntil(what, look, { withinMs: 20_000 })
}

test('admins see fetching, the ledger against the server’s count, and how full it is; agents see nothing', async () => {
  const address = 'well@desk.test'
  await desk.dovecot.deliver(rawMail({ subject: 'Old', text: 'x '.repeat(150_000) }), [address])
  const id = await desk.addMailbox({ address })
  await desk.dovecot.deliver(rawMail({ subject: 'New' }), [address])
  await desk.dovecot.append(address, 'Sent', rawMail({ subject: 'Answered' }))
  const node = await desk.startNode({ timing: { idleMs: 100, fullCompareMs: 300 } })
  const balanced = (count: number) =>
    eventually(id, `a balance of ${count}`, ({ balance }) => {
      return balance?.serverCount === count && balance.missingCount === 0
    })

  const both = await balanced(3)
  await desk.dovecot.expunge(address, 'Sent', [1])
  const well = await balanced(2)

  await node.stop()
  const refused = await apiClient(baseUrl).fetch(getHealth, { headers: headersOf('agent') })
  expect(well).toMatchObject({ troubles: [], isWatched: true, fetchMode: 'idle', quarantined: 0 })
  expect(both.balance?.missingIn).toEqual([])
  expect(well.quota?.limitBytes).toBe(1_048_576)
  expect(well.quota?.usedBytes).toBeGreaterThan(300_000)
  expect(refused.status).toBe(403)
})

test('a wrong password is told at once, and is over by itself once it is right again', async () => {
  const address = 'locked@desk.test'
  const id = await desk.addMailbox({ address, password: 'wrong' })
  const node = await desk.startNode()

  const bad = await eventually(id, 'a trouble', one => one.troubles.length > 0)
  await desk.dovecot.setPassword(address, 'wrong')
  const good = await eventually(id, 'no trouble', one => one.troubles.length === 0)

  await node.stop()
  expect(bad.troubles).toMatchObject([{ trouble: 'sign-in', code: 'wrong-password' }])
  expect(good.fetchedAt).not.toBeNull()
})

test('what ends on a known day stands in the calendar, the next first', async () => {
  const id = await desk.addMailbox({ address: 'pinned@desk.test' })
  await desk.database.pool.query('update mailbox set imap_certificate = $2 where id = $1', [
    id,
    desk.certificates.server.cert,
  ])
  await desk.database.pool.query(
    `with key as (select id from key_ring where purpose = 'credentials' limit 1)
     insert into sign_in_app (kind, name, issuer, client_id, secret_sealed, secret_key_id, secret_expires_on, scopes)
     select 'microsoft', 'Microsoft', 'https://login.example', 'id', 'x', key.id, current_date + 1, '' from key`,
  )

  const { expiries } = await health()

  expect(expiries.map(one => [one.kind, one.name])).toEqual([
    ['app-secret', 'Microsoft'],
    ['imap-certificate', 'pinned@desk.test'],
  ])
})

test('a test mail to itself comes back, is removed alone and never a ticket; one that does not is lost, and removed when late', async () => {
  const address = 'canary@desk.test'
  const id = await desk.addMailbox({ address })
  const sink = await startSmtpSink({ certificates: desk.certificates })
  await desk.database.pool.query('update mailbox set smtp_port = $2 where id = $1', [id, sink.tlsPort])
  await desk.dovecot.deliver(rawMail({ subject: 'a customer’s' }), [address])
  const { db, keys, trust, blobs } = desk
  const templates = await loadTemplates(templatesFolder)
  const log = createLog({ level: 'silent' })
  const mailing = {
    db,
    keys,
    trust,
    blobs,
    templates,
    log,
    clock: systemClock,
    practice: () => null,
    baseUrl,
  }
  const deliver = async (at: number, relay: (raw: string) => string = raw => raw) => {
    const mail = await waitUntil(`test mail ${at}`, async () => sink.accepted[at])
    await desk.dovecot.deliver(relay(mail.raw.toString('latin1')), [address])
  }
  const withoutMark = (raw: string) => raw.replace(/^X-Letterdesk-Ref: .*\r\n(?:[ \t].*\r\n)*/im, '')
  const switched = { params: { id }, body: { isOn: true }, headers: headersOf('admin') }
  await apiClient(baseUrl).call(setCanary, switched)

  await Promise.all([deliver(0), sendCanary(mailing, { mailboxId: id })])
  const back = await eventually(id, 'it is back', one => one.canary?.roundTripMs != null)
  await sendCanary(mailing, { mailboxId: id }, { waitMs: 10 })
  await deliver(1, withoutMark)
  const lost = await eventually(id, 'one is lost', one => one.canary?.lostCount === 1)
  await Promise.all([deliver(2, withoutMark), sendCanary(mailing, { mailboxId: id })])

  const again = await eventually(id, 'the next is back', one => one.canary?.lostCount === 0)
  const left = await desk.dovecot.readFolder(address)
  await apiClient(baseUrl).call(setCanary, { ...switched, body: { isOn: false } })
  const off = (await health()).mailboxes.find(one => one.id === id)
  await sink.stop()
  expect(back.canary).toMatchObject({ arrivedIn: 'inbox', lostCount: 0 })
  expect([lost.troubles, again.troubles, off?.canary]).toEqual([[], [], null])
  expect(left).toHaveLength(1)
})

/** A mailbox of a domain, which sends through a host. */
async function domainOf(domain: string, smtpHost: string) {
  const id = await desk.addMailbox({ address: `help@${domain}` })
  await desk.database.pool.query('update mailbox set smtp_host = $2 where id = $1', [id, smtpHost])
  return async () => {
    const wish = { params: { domain }, headers: headersOf('admin') }
    const { records } = await apiClient(baseUrl).call(checkDomainRecords, wish)
    return (records ?? []).map(({ kind, state, note, add }) => [kind, state, note, add?.value ?? null])
  }
}

test('a domain without records is told exactly what to add, and is right once it stands there', async () => {
  const check = await domainOf('shop.example', 'smtp.fastmail.com')

  const before = await check()
  dns.setMx('shop.example', 'in1-smtp.messagingengine.com')
  dns.setText('shop.example', 'v=spf1 include:spf.messagingengine.com ~all')
  for (const key of ['fm1', 'fm2', 'fm3'])
    dns.setText(`${key}._domainkey.shop.example`, 'v=DKIM1; k=rsa; p=MIIB')
  dns.setText('_dmarc.shop.example', 'v=DMARC1; p=reject')
  const after = await check()

  expect(before).toEqual([
    ['mx', 'missing', null, '10 in1-smtp.messagingengine.com'],
    ['spf', 'missing', null, 'v=spf1 include:spf.messagingengine.com ~all'],
    ['dkim', 'missing', null, 'fm1.shop.example.dkim.fmhosted.com'],
    ['dkim', 'missing', null, 'fm2.shop.example.dkim.fmhosted.com'],
    ['dkim', 'missing', null, 'fm3.shop.example.dkim.fmhosted.com'],
    ['dmarc', 'missing', null, 'v=DMARC1; p=none'],
  ])
  expect(after.map(([, state]) => state)).toEqual(Array(6).fill('right'))
})

test('what cannot be known is said, and a wrong record is mended without losing what else it lets in', async () => {
  const google = await domainOf('mended.example', 'smtp.gmail.com')
  dns.setMx('mended.example', 'filter.example')
  dns.setText('mended.example', 'site-verification=1', 'v=spf1 include:shop.test ip4:192.0.2.1 -all')
  dns.setText('_dmarc.mended.example', 'v=DMARC1; p=none; rua=mailto:a@b.test')
  const own = await domainOf('sub.own.example', 'mail.own.example')
  dns.setText('sub.own.example', 'v=spf1 +all')
  dns.setText('_dmarc.own.example', 'v=DMARC1; p=reject')

  const yandex = await domainOf('redirected.example', 'smtp.yandex.ru')
  dns.setText('redirected.example', 'v=spf1 redirect=_spf.yandex.net')

  expect((await yandex())[1]).toEqual(['spf', 'right', null, null])
  expect(await google()).toEqual([
    ['mx', 'right', 'elsewhere', null],
    ['spf', 'wrong', 'no-include', 'v=spf1 include:shop.test ip4:192.0.2.1 include:_spf.google.com -all'],
    ['dkim', 'missing', 'ask-provider', null],
    ['dmarc', 'right', 'only-watching', null],
  ])
  expect(await own()).toEqual([
    ['mx', 'missing', 'ask-provider', null],
    ['spf', 'wrong', 'everybody', 'v=spf1 mx a:mail.own.example ~all'],
    ['dkim', 'unknown', 'own-signing', null],
    ['dmarc', 'right', 'of-parent', null],
  ])
})

const domainAlerts = async () => {
  await watchHealth({ db: desk.db, log: createLog({ level: 'silent' }), dataDir: '/' })
  const { data } = await apiClient(baseUrl).call(listAlerts, { headers: headersOf('admin') })
  return data.filter(one => one.trouble === 'domain').map(one => one.name)
}

/** Lets the lookups of a domain be half an hour ago. */
const passHalfHour = () =>
  desk.database.pool.query(`update domain_check set checked_at = checked_at - interval '30 minutes',
    wrong_since = wrong_since - interval '30 minutes'`)

test('a record that was right and is gone is an alert once another lookup finds that, until it is back', async () => {
  const domain = 'guarded.example'
  const check = await domainOf(domain, 'smtp.fastmail.com')
  const setSpf = (...texts: string[]) => dns.setText(domain, ...texts)
  const found: string[][] = []
  const look = async () => {
    await check()
    found.push(await domainAlerts())
  }
  await look() // nothing was ever right: advice, no alarm
  setSpf('v=spf1 include:spf.messagingengine.com ~all')
  await look()
  setSpf('v=spf1 include:elsewhere.example ~all')
  await look()
  await passHalfHour()
  const metric = async () => /domain_records_wrong\{record="spf"\} (\d)/.exec(await scrape())?.[1]
  const before = await metric()

  await look()
  const meanwhile = await metric()
  setSpf('v=spf1 include:elsewhere.example include:spf.messagingengine.com ~all')
  await look()

  expect(found).toEqual([[], [], [], [domain], []])
  expect([before, meanwhile]).toEqual(['0', '1'])
})

test('where DNS does not answer, what was found before stays; a provider’s own domain is nothing to look up', async () => {
  const check = await domainOf('silent.example', 'smtp.gmail.com')
  dns.setText('silent.example', 'v=spf1 include:_spf.google.com ~all')
  const before = await check()
  dns.silence('silent.example')
  await desk.addMailbox({ address: 'somebody@gmail.com' })

  const after = await check()
  await passHalfHour()
  const again = await check()

  const wish = { params: { domain: 'gmail.com' }, headers: headersOf('admin') }
  const refused = await apiClient(baseUrl).fetch(checkDomainRecords, wish)
  expect(before[1]).toEqual(['spf', 'right', null, null])
  expect([after, again, await domainAlerts()]).toEqual([before, before, []])
  expect(refused.status).toBe(404)
  expect((await health()).domains.find(one => one.domain === 'gmail.com')?.isOurs).toBe(false)
})

const scrape = async () => {
  const answer = await fetch(`${baseUrl}/metrics`, { headers: { authorization: `Bearer ${metricsToken}` } })
  return await answer.text()
}

test('Prometheus reads the same with its token, each metric as the document names it and no word of a mailbox', async () => {
  const headers = { authorization: 'Bearer another token' }

  const refused = await fetch(`${baseUrl}/metrics`, { headers })
  const text = await scrape()

  const id = (await health()).mailboxes.find(one => one.address === 'well@desk.test')?.id
  const documented = await readFile(new URL('../../docs/metrics.md', import.meta.url), 'utf8')
  const told = [...text.matchAll(/^# TYPE (letterdesk_\w+)/gm)].map(match => match[1] ?? '')
  expect(refused.status).toBe(401)
  expect(text).toContain(`letterdesk_ledger_server_mails{mailbox="${id}"} 2`)
  expect(text).toMatch(
    /letterdesk_http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/health"/,
  )
  expect(told.length).toBeGreaterThan(20)
  expect(told.filter(name => !documented.includes(`\`${name}\``))).toEqual([])
  expect(text).not.toMatch(/@|desk\.test/)
})

test.each(['prometheus-rules.yml', 'grafana-dashboard.json'])('%s asks for metrics there are', async name => {
  const text = await scrape()
  const file = await readFile(new URL(`../../config/monitoring/${name}`, import.meta.url), 'utf8')

  const asked = new Set(file.match(/\b(?:letterdesk|process|nodejs)_[a-z0-9_]+/g))

  const told = [...text.matchAll(/^# TYPE (\w+)/gm)].map(match => match[1] ?? '')
  const isTold = (word: string) => told.includes(word.replace(/_(?:bucket|count)$/, ''))
  expect(asked.size).toBeGreaterThan(8)
  expect([...asked].filter(word => !isTold(word))).toEqual([])
})

const now = new Date('2026-11-26T12:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const fine: MailboxFacts = {
  kind: 'imap',
  state: 'active',
  stateCode: null,
  stateDetail: null,
  stateAt: null,
  createdAt: ago(9_000),
  fetchedAt: ago(0),
  sentAt: ago(600),
  missingCount: 0,
  missingSince: null,
  comparedAt: ago(10),
  doorClosedSince: null,
  unreadFolders: [],
  unfiledSince: null,
  waitingSince: null,
  canaryLost: 0,
  canaryLostSince: null,
  quotaUsedBytes: 50,
  quotaLimitBytes: 100,
}

const shutSince = (minutes: number) => ({
  path: 'INBOX',
  code: 'server-said-no',
  detail: null,
  since: ago(minutes),
})

test.each([
  ['nothing', {}, []],
  ['a minute of outage', { stateCode: 'connection-lost', stateAt: ago(1), fetchedAt: ago(1) }, []],
  ['three minutes of it', { stateCode: 'connection-lost', stateAt: ago(3), fetchedAt: ago(3) }, ['fetching']],
  ['nobody who watches', { fetchedAt: ago(4) }, ['fetching']],
  ['a pause', { state: 'paused', fetchedAt: ago(4_000) }, []],
  ['an ended grant', { stateCode: 'grant-ended', stateAt: ago(0) }, ['sign-in']],
  ['a folder that is shut for a moment', { unreadFolders: [shutSince(2)] }, []],
  ['a folder that stays shut', { unreadFolders: [shutSince(3)] }, ['folder']],
  ['a door that is shut for a moment', { kind: 'intake', doorClosedSince: ago(2), fetchedAt: ago(90) }, []],
  ['a door that stays shut', { kind: 'intake', doorClosedSince: ago(3), fetchedAt: ago(90) }, ['intake']],
  ['a refused sender', { stateCode: 'smtp-wrong-password', stateAt: ago(0) }, ['sign-in']],
  ['a sending server that is away', { stateCode: 'smtp-connection-lost', stateAt: ago(4) }, ['sending']],
  ['mail that waits for long', { waitingSince: ago(20) }, ['outbox-stuck']],
  ['one put-off mail while others leave', { waitingSince: ago(200), sentAt: ago(5) }, []],
  ['mail that came just now', { missingCount: 1, missingSince: ago(10), comparedAt: ago(10) }, []],
  ['mail the server hides', { missingCount: 1, missingSince: ago(30), comparedAt: ago(10) }, ['ledger']],
  ['mail nobody files', { unfiledSince: ago(6) }, ['unfiled']],
  ['one late test mail', { canaryLost: 1, canaryLostSince: ago(5) }, []],
  ['two lost test mails', { canaryLost: 2, canaryLostSince: ago(20) }, ['canary']],
  ['a full mailbox', { quotaUsedBytes: 96 }, ['quota']],
] as const)('%s', (_name, facts, troubles) => {
  expect(judgeMailbox({ ...fine, ...facts } as MailboxFacts, now).map(one => one.trouble)).toEqual(troubles)
})
