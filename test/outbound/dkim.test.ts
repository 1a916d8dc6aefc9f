import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { makeLink } from '../../src/agents/links.ts'
import { registerDkim } from '../../src/api/dkim.ts'
import { SESSION_COOKIE } from '../../src/api/request-guard.ts'
import { createServer, listen } from '../../src/api/server.ts'
import { inTransaction } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { verifySignatures } from '../../src/mail/verify-signatures.ts'
import { getMailboxView } from '../../src/mailboxes/mailbox-view.ts'
import { watchDkimRecords } from '../../src/mailboxes/watch-dkim-records.ts'
import { mailAgent } from '../../src/outbound/mail-agent.ts'
import { checkDkimKey, type DkimKey, getDkim, renewDkimKey, setDkim } from '../../src/shared/dkim.ts'
import { type ApiClient, type ApiRefusal, apiClient } from '../support/api.ts'
import { type DnsServer, startDnsServer } from '../support/dns-server.ts'
import { answerAt } from '../support/sink-rules.ts'
import { type SendingDesk, startSendingDesk } from './sending-desk.ts'

let desk: SendingDesk
let dns: DnsServer
let api: Record<'admin' | 'agent', Pick<ApiClient, 'call'>>
let closeServer: () => Promise<unknown>
let count = 0

beforeAll(async () => {
  desk = await startSendingDesk()
  dns = await startDnsServer()
  const session = { sessionId: 1, agentId: 1, csrfToken: 'token', mailboxIds: 'all' as const }
  const server = await createServer({
    log: desk.log,
    baseUrl: 'http://localhost:8080',
    trustProxy: [],
    bodyLimitBytes: 10_000,
    findSession: async role => (role === 'admin' || role === 'agent' ? { ...session, role } : null),
  })
  const { db, keys } = desk
  registerDkim(server, { db, keys, clock: systemClock, random: randomBytes, dnsServers: [dns.address] })
  const client = apiClient(await listen(server, { host: '127.0.0.1', port: 0 }))
  const as = (role: string): Pick<ApiClient, 'call'> => {
    const headers = { cookie: `${SESSION_COOKIE}=${role}`, 'x-csrf-token': 'token' }
    return { call: (route, given) => client.call(route, { ...given, headers } as typeof given) }
  }
  api = { admin: as('admin'), agent: as('agent') }
  closeServer = () => server.close()
})

afterEach(async () => await desk.calm())

afterAll(async () => {
  await closeServer()
  await dns.stop()
  await desk.stop()
})

/** A mailbox of a domain of its own, with an agent who replies as it. */
async function mailboxOf(wish: Parameters<SendingDesk['mailbox']>[1] = {}) {
  const domain = `d${++count}.test`
  const id = await desk.mailbox(`support@${domain}`, wish)
  const agent = await desk.agent(`agent${count}`, [id])
  const params = { id }
  const turn = (isOn: boolean) => api.admin.call(setDkim, { params, body: { isOn } })
  const check = async (key: DkimKey) => {
    const all = await api.admin.call(checkDkimKey, { params: { id, keyId: key.id } })
    return all.domains.flatMap(one => one.keys).find(one => one.id === key.id)
  }
  const keysOf = async (of = domain) => {
    const { domains } = await api.admin.call(getDkim, { params })
    return domains.find(one => one.domain === of)?.keys ?? []
  }
  /** Publishes the key that waits, and has it checked. */
  const begin = async (of = domain) => {
    const [key] = await keysOf(of)
    if (key === undefined) throw new Error('no key waits')
    dns.setText(key.name, key.value)
    await check(key)
    return key
  }
  const reply = async (to: string, writtenTo = `support@${domain}`) => {
    const { ticketId } = await desk.ticket(id, { to: [{ name: null, address: writtenTo }] })
    return await desk.send(agent, { ticketId, to: [`${to}.${domain}@example.org`] })
  }
  const sent = () => desk.sink.accepted.filter(mail => mail.to[0]?.endsWith(`.${domain}@example.org`))
  return { id, domain, params, turn, check, keysOf, begin, reply, sent }
}

const signersOf = async (raw: Buffer | undefined, ...keys: readonly DkimKey[]) =>
  (await verifySignatures(raw ?? Buffer.alloc(0), new Map(keys.map(key => [key.name, [key.value]])))).signedBy

const selectorOf = (raw: Buffer | undefined) => /^ s=([^;]+);/m.exec(raw?.toString('latin1') ?? '')?.[1]

test('mail is signed once the record was found right, and not before', async () => {
  const box = await mailboxOf()
  const { domains } = await box.turn(true)
  const sender = await desk.sender()
  await desk.reaches(await box.reply('one'), 'accepted')

  const key = await box.begin()

  const messageId = await box.reply('two')
  await desk.reaches(messageId, 'accepted')
  await sender.stop()
  const bytes = await desk.blobs.read((await desk.outbox(messageId)).bytes_blob_id)
  const [before, after] = box.sent().map(mail => mail.raw)
  expect(domains).toMatchObject([{ domain: box.domain, keys: [{ state: 'waiting', check: null }] }])
  expect(before?.toString('latin1')).not.toContain('DKIM-Signature')
  expect(await signersOf(after, key)).toEqual([box.domain])
  expect(after?.subarray(-bytes.length).equals(bytes)).toBe(true)
})

test('a check says what DNS has in place of the record', async () => {
  const box = await mailboxOf()
  await box.turn(true)
  const [key] = await box.keysOf()
  if (key === undefined) throw new Error('no key waits')
  const { name, value } = key
  const outcomes: unknown[] = []
  const look = async () => outcomes.push((await box.check(key))?.check?.outcome)

  await look()
  dns.setText(`${name}.${box.domain}`, value)
  await look()
  dns.setText(name, value.slice(0, 255))
  await look()
  dns.setText(name, value.replace('k=rsa', 't=y'))
  await look()
  dns.setText(name, 'v=DKIM1; p=AAAA')
  await look()
  const waiting = await box.keysOf()
  dns.setText(name, value)
  await look()

  expect(outcomes).toEqual(['missing', 'misplaced', 'cut', 'test-mode', 'other-key', 'right'])
  expect(waiting).toMatchObject([{ state: 'waiting', check: { found: 'v=DKIM1; p=AAAA' } }])
  expect(await box.keysOf()).toMatchObject([{ state: 'signing' }])
})

test('a record that is missing is said to be, also where the domain twice is no name of DNS', async () => {
  const domain = `${Array(3).fill('d'.repeat(60)).join('.')}.test`
  const params = { id: await desk.mailbox(`support@${domain}`) }
  const { domains } = await api.admin.call(setDkim, { params, body: { isOn: true } })
  const keyId = domains[0]?.keys[0]?.id ?? 0

  const checked = await api.admin.call(checkDkimKey, { params: { ...params, keyId } })

  expect(checked.domains[0]?.keys).toMatchObject([{ check: { outcome: 'missing', found: null } }])
})

test('a new key takes over once its record is right, and the old record is to stay for a while', async () => {
  const box = await mailboxOf()
  await box.turn(true)
  const old = await box.begin()
  const sender = await desk.sender()

  await api.admin.call(renewDkimKey, { params: box.params, body: { domain: box.domain } })

  await desk.reaches(await box.reply('one'), 'accepted')
  const fresh = await box.begin()
  await desk.reaches(await box.reply('two'), 'accepted')
  await sender.stop()
  const [before, after] = box.sent().map(mail => mail.raw)
  expect(fresh.name).not.toBe(old.name)
  expect(await signersOf(before, old)).toEqual([box.domain])
  expect(await signersOf(after, fresh)).toEqual([box.domain])
  expect(await box.keysOf()).toMatchObject([
    { id: fresh.id, state: 'signing', keepUntil: null },
    { id: old.id, state: 'replaced', keepUntil: expect.any(String) },
  ])
})

test('a mail to an agent is signed as well', async () => {
  const box = await mailboxOf()
  await box.turn(true)
  const key = await box.begin()
  const { db, keys } = desk
  const made = { email: `new@${box.domain}`, name: 'New', role: 'agent', state: 'invited' } as const
  const { id: agentId } = await db.insertInto('agent').values(made).returning('id').executeTakeFirstOrThrow()
  const link = await inTransaction(db, tx => makeLink(tx, keys, { purpose: 'invitation', agentId }))

  await mailAgent(desk.mailing, { linkId: link.id })

  const mail = await desk.sink.waitFor(one => one.to.includes(made.email))
  expect(await signersOf(mail.raw, key)).toEqual([box.domain])
})

test('a record that went away is the problem of the mailbox the day after, until it is back', async () => {
  const box = await mailboxOf()
  await box.turn(true)
  const key = await box.begin()
  const needs = { db: desk.db, log: desk.log, clock: systemClock, dnsServers: [dns.address] }
  const problem = async () => (await getMailboxView(desk.db, box.id)).problem?.code
  const before = await problem()
  dns.setText(key.name)

  await watchDkimRecords(needs)

  const meanwhile = await problem()
  dns.setText(key.name, key.value)
  await watchDkimRecords(needs)
  expect([before, meanwhile, await problem()]).toEqual([undefined, 'dkim-record-wrong', undefined])
})

test('an alias of another domain is signed by the key of that domain, and goes unsigned without one', async () => {
  const box = await mailboxOf()
  const other = `alias-${box.domain}`
  await desk.db
    .updateTable('mailbox')
    .set({ aliases: [`help@${other}`] })
    .where('id', '=', box.id)
    .execute()
  await box.turn(true)
  await box.begin()
  const sender = await desk.sender()
  await desk.reaches(await box.reply('one', `help@${other}`), 'accepted')

  const key = await box.begin(other)

  await desk.reaches(await box.reply('two', `help@${other}`), 'accepted')
  await sender.stop()
  const [before, after] = box.sent().map(mail => mail.raw)
  expect(before?.toString('latin1')).not.toContain('DKIM-Signature')
  expect(await signersOf(after, key)).toEqual([other])
})

test('an uncertain mail is repeated with the same bytes, though the key was replaced in between', async () => {
  const box = await mailboxOf({ uncertainRule: 'repeat_once' })
  await box.turn(true)
  const old = await box.begin()
  desk.sink.behave(answerAt('final', { drop: 'before-reply' }, { times: 1 }))
  const patient = await desk.sender({ timing: { reconcileEveryMs: 600_000 } })
  const messageId = await box.reply('one')
  await desk.reaches(messageId, 'uncertain')
  await patient.stop()
  await api.admin.call(renewDkimKey, { params: box.params, body: { domain: box.domain } })
  await box.begin()

  const sender = await desk.sender()

  await desk.reaches(messageId, 'accepted')
  await sender.stop()
  const [first, repeat, ...more] = box.sent().map(mail => mail.raw)
  expect(more).toEqual([])
  expect(await signersOf(first, old)).toEqual([box.domain])
  expect(first !== undefined && repeat?.equals(first)).toBe(true)
})

test('a key that does not open keeps mail waiting in sight, until it is switched off', async () => {
  const box = await mailboxOf()
  await box.turn(true)
  const key = await box.begin()
  const broken = { private_sealed: randomBytes(100) }
  await desk.db.updateTable('dkim_key').set(broken).where('id', '=', key.id).execute()
  const sender = await desk.sender()
  const messageId = await box.reply('one')
  const row = () =>
    desk.db.selectFrom('mailbox').select('state_code').where('id', '=', box.id).executeTakeFirst()
  await desk.reaches(messageId, 'deferred')
  const problem = await row()
  const held = await desk.outbox(messageId)

  await box.turn(false)

  await desk.db
    .updateTable('outbox')
    .set({ due_at: new Date() })
    .where('message_id', '=', messageId)
    .execute()
  await desk.reaches(messageId, 'accepted')
  await sender.stop()
  expect(held.reply_text).toBe('dkim-key-unreadable')
  expect(problem?.state_code).toBe('smtp-dkim-key-unreadable')
  expect(selectorOf(box.sent()[0]?.raw)).toBeUndefined()
  expect((await row())?.state_code).toBeNull()
})

test('only an admin sees or changes keys, of domains the mailbox writes from, and never the private half', async () => {
  const box = await mailboxOf()
  const other = await mailboxOf()
  await other.turn(true)
  const [foreign] = await other.keysOf()
  const refused = (call: Promise<unknown>) =>
    call.then(
      () => 'done',
      (refusal: ApiRefusal) => refusal.problem.code,
    )

  const answer = await box.turn(true)
  const codes = await Promise.all([
    refused(api.agent.call(getDkim, { params: box.params })),
    refused(api.agent.call(setDkim, { params: box.params, body: { isOn: false } })),
    refused(api.admin.call(renewDkimKey, { params: box.params, body: { domain: other.domain } })),
    refused(api.admin.call(renewDkimKey, { params: box.params, body: { domain: 'x.test\r\nevil' } })),
    refused(api.admin.call(checkDkimKey, { params: { id: box.id, keyId: foreign?.id ?? 0 } })),
  ])

  expect(codes).toEqual(['no-permission', 'no-permission', 'not-found', 'not-found', 'not-found'])
  expect(JSON.stringify(answer)).not.toMatch(/sealed|private/i)
  expect(dns.asked.every(question => /^TXT [a-z0-9._-]+$/.test(question))).toBe(true)
})
