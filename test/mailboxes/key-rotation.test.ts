import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { insertAgent } from '../../src/agents/agents.queries.ts'
import { findLinkToken, getLink, makeLink } from '../../src/agents/links.ts'
import { findSession, startSession } from '../../src/agents/sessions.ts'
import { inTransaction } from '../../src/db/database.ts'
import { type KeyPurpose, type KeyRing, openKeyRing } from '../../src/db/key-ring.ts'
import { rotateKey } from '../../src/db/rotate-key.ts'
import { updateWebhook } from '../../src/health/alerts.queries.ts'
import { SEALED_COLUMNS } from '../../src/health/sealed-columns.ts'
import { openWebhook, webhookContext } from '../../src/health/webhook.ts'
import { createLog } from '../../src/lib/log.ts'
import { storeGrant } from '../../src/mailboxes/access-tokens.ts'
import { loadAccount, storePassword } from '../../src/mailboxes/account.ts'
import { insertConsent } from '../../src/mailboxes/consent.queries.ts'
import { verifierContext } from '../../src/mailboxes/consent.ts'
import { insertMailbox } from '../../src/mailboxes/mailboxes.queries.ts'
import { countSecretsByKey, sealAnew } from '../../src/mailboxes/seal-anew.ts'
import { sealSecret } from '../../src/mailboxes/sealed-secret.ts'
import { upsertSignInApp } from '../../src/mailboxes/sign-in-apps.queries.ts'
import { getSignInApp, secretContext } from '../../src/mailboxes/sign-in-apps.ts'
import { addDkimKey, makeDkimKey, signMail } from '../../src/mailboxes/signing-key.ts'
import { type Ground, startGround, TEST_SECRET_KEY } from '../support/ground.ts'
import { waitUntil } from '../support/wait-until.ts'

const log = createLog({ level: 'silent' })
const never = () => false
const issuer = 'https://login.test'
let ground: Ground
/** The ring of another node, which no bell has told anything. */
let elsewhere: KeyRing

beforeAll(async () => {
  ground = await startGround()
})
afterAll(async () => await ground.stop())
beforeEach(async () => {
  elsewhere = await openKeyRing(ground.db, { secretKey: TEST_SECRET_KEY, oldSecretKey: null })
})

/** On the other node: this one has not heard of it. */
async function rotate(purpose: KeyPurpose, former: 'retired' | 'revoked' = 'retired'): Promise<number> {
  const { id } = await inTransaction(ground.db, tx => rotateKey(tx, elsewhere, { purpose, former }))
  await elsewhere.refresh()
  return id
}

async function addMailbox(address: string, password = 'secret'): Promise<number> {
  const server = { host: 'localhost', port: 993, security: 'tls' } as const
  return await inTransaction(ground.db, async tx => {
    const row = { name: address, address, username: address, imap: server, smtp: server, startDays: null }
    const id = await insertMailbox(tx, row)
    await storePassword(tx, ground.keys, id, password)
    return id
  })
}

async function passwordOf(mailboxId: number): Promise<string> {
  return (await loadAccount({ ...ground, practice: null }, mailboxId)).password
}

const agentFacts = { role: 'owner', state: 'active', language: 'en', timeZone: 'UTC' } as const
const addAgent = (name: string) =>
  inTransaction(ground.db, tx =>
    insertAgent(tx, { ...agentFacts, name, email: `${name}@desk.test`, passwordHash: null }),
  )

const signIn = (keys: KeyRing, agentId: number) =>
  inTransaction(ground.db, tx => startSession(tx, keys, { agentId, userAgent: 'test', address: '::1' }))

/** One row in every column of sealed secrets, each as its owner writes it. */
async function fillAll(): Promise<{ mailboxId: number; grantedId: number; appId: number }> {
  const { db, keys } = ground
  const mailboxId = await addMailbox('kept@desk.test', 'пароль')
  const grantedId = await addMailbox('granted@desk.test')
  const app = { kind: 'openid', name: 'Login', issuer, clientId: 'letterdesk', scopes: 'mail' } as const
  const dkimKey = await makeDkimKey(keys, 'desk.test', 'ld1')
  const agentId = await addAgent('rotating')
  const { sessionId } = await signIn(keys, agentId)
  const appId = await inTransaction(db, async tx => {
    const secret = sealSecret(keys, secretContext(app), 'app secret')
    const id = await upsertSignInApp(tx, { ...app, secret, secretExpiresOn: null })
    const tokens = { accessToken: 'access', refreshToken: 'refresh', lifeS: 3600, refreshLifeS: null }
    await storeGrant(tx, keys, { mailboxId: grantedId, appId: id, grantedTo: null, tokens })
    await addDkimKey(tx, dkimKey)
    const consent = { sessionId, appId: id, mailboxId: null, wish: '{}', nonce: 'n', lifeS: 600 }
    const verifier = sealSecret(keys, verifierContext, 'verifier')
    await insertConsent(tx, { ...consent, stateHash: Buffer.from('a state'), verifier })
    return id
  })
  await sql`update dkim_key set right_at = clock_timestamp()`.execute(db)
  await updateWebhook(db, { ...sealSecret(keys, webhookContext, 'https://hook.test/x'), host: 'hook.test' })
  return { mailboxId, grantedId, appId }
}

test('every column that names a key of the ring is one of those that are sealed anew', async () => {
  const { rows } = await sql<{ column: string }>`
    select conrelid::regclass || '.' || attname as column from pg_constraint
      join pg_attribute on attrelid = conrelid and attnum = conkey[1]
    where contype = 'f' and confrelid = 'key_ring'::regclass order by 1`.execute(ground.db)

  const listed = SEALED_COLUMNS.map(({ table, keyId }) => `${table}.${keyId}`).sort()

  expect(listed).toEqual(rows.map(row => row.column))
})

test('all that is stored is sealed under the new key for its old place, and nothing needs the old one', async () => {
  const { mailboxId, grantedId, appId } = await fillAll()
  const before = await countSecretsByKey(ground.db, SEALED_COLUMNS)
  const newId = await rotate('credentials')

  const isDone = await sealAnew({ ...ground, log }, SEALED_COLUMNS, never)

  const counts = await countSecretsByKey(ground.db, SEALED_COLUMNS)
  const all = [...before.values()].reduce((sum, count) => sum + count, 0)
  expect(isDone).toBe(true)
  expect(all).toBeGreaterThanOrEqual(7)
  expect(counts).toEqual(new Map([[newId, all]]))
  expect(await passwordOf(mailboxId)).toBe('пароль')
  expect((await getSignInApp(ground.db, ground.keys, appId)).secret).toBe('app secret')
  expect(await openWebhook(ground)).toBe('https://hook.test/x')
  const account = await loadAccount({ ...ground, practice: null }, grantedId)
  const trust = { extraCa: null, allowPrivateHosts: [] }
  expect(await account.tokens?.get(trust)).toBe('access')
  await sql`update mailbox set signs_dkim = true where id = ${mailboxId}`.execute(ground.db)
  const signing = { mailboxId, from: 'kept@desk.test', bytes: Buffer.from('A: b\r\n\r\nc\r\n'), keyId: null }
  expect(await signMail(ground, signing)).toMatchObject({ keyId: expect.any(Number) })
})

test('a secret that no key opens stays as it is, and holds up no other', async () => {
  const damaged = await addMailbox('damaged@desk.test')
  const whole = await addMailbox('whole@desk.test', 'another')
  const sealed = Buffer.alloc(40, 7)
  await sql`update mailbox set password_sealed = ${sealed} where id = ${damaged}`.execute(ground.db)
  const newId = await rotate('credentials')

  await sealAnew({ ...ground, log }, SEALED_COLUMNS, never)

  const { rows } = await sql<{ id: number; key: number; sealed: Buffer }>`
    select id, password_key_id as key, password_sealed as sealed from mailbox
    where id in (${damaged}, ${whole}) order by id`.execute(ground.db)
  expect(rows[0]?.sealed).toEqual(sealed)
  expect(rows[0]?.key).not.toBe(newId)
  expect(rows[1]?.key).toBe(newId)
  expect(await passwordOf(whole)).toBe('another')
})

test('a password and tokens saved while their rows are sealed anew stay', async () => {
  const first = await addMailbox('held@desk.test')
  const second = await addMailbox('changed@desk.test', 'before')
  await rotate('credentials')
  const client = await ground.database.pool.connect()
  await client.query('begin')
  await client.query('select 1 from mailbox where id = $1 for update', [first])
  // It has read both rows by then, and waits at the first of them.
  const sealing = sealAnew({ ...ground, log }, SEALED_COLUMNS, never)
  await waitUntil('it waits at the row that is held', async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(ground.db)
    return (rows[0]?.count ?? 0) > 0
  })

  await inTransaction(ground.db, tx => storePassword(tx, elsewhere, second, 'after'))
  await client.query('commit')
  client.release()
  await sealing

  expect([await passwordOf(first), await passwordOf(second)]).toEqual(['secret', 'after'])
})

test('a job that was late with rows left goes on where it stopped', async () => {
  const ids = [await addMailbox('one@desk.test', 'one'), await addMailbox('two@desk.test', 'two')]
  const newId = await rotate('credentials')
  let left = 1
  const afterOne = () => left-- <= 0

  const first = await sealAnew({ ...ground, log }, SEALED_COLUMNS, afterOne)
  const counts = await countSecretsByKey(ground.db, SEALED_COLUMNS)
  const second = await sealAnew({ ...ground, log }, SEALED_COLUMNS, never)

  expect([first, counts.get(newId), second]).toEqual([false, 1, true])
  expect(await Promise.all(ids.map(passwordOf))).toEqual(['one', 'two'])
})

test('what another node sealed, signed in or linked by a key made a moment ago holds here', async () => {
  const mailboxId = await addMailbox('fresh@desk.test')
  const agentId = await addAgent('fresh')
  for (const purpose of ['credentials', 'sessions', 'links'] as const) await rotate(purpose)
  await inTransaction(ground.db, tx => storePassword(tx, elsewhere, mailboxId, 'newest'))
  const session = await signIn(elsewhere, agentId)
  const link = await inTransaction(ground.db, tx =>
    makeLink(tx, elsewhere, { purpose: 'invitation', agentId }),
  )

  const opened = await passwordOf(mailboxId)
  const found = await findSession(ground.db, ground.keys, session.token)
  const got = await getLink(ground.db, ground.keys, link.token)

  expect([opened, found?.agentId, got.id]).toEqual(['newest', agentId, link.id])
})

test('a link made before a rotation is mailed and opened after it', async () => {
  const agentId = await addAgent('linked')
  const link = await inTransaction(ground.db, tx =>
    makeLink(tx, ground.keys, { purpose: 'invitation', agentId }),
  )
  await rotate('links')
  await ground.keys.refresh()
  const { rows } = await sql<{ hash: Buffer }>`
    select token_hash as hash from agent_link where id = ${link.id}`.execute(ground.db)

  const stored = { id: link.id, purpose: 'invitation', tokenHash: rows[0]?.hash ?? Buffer.alloc(0) } as const
  const token = await findLinkToken(ground, stored)

  expect(token).toBe(link.token)
  expect((await getLink(ground.db, ground.keys, link.token)).id).toBe(link.id)
})

test('sessions outlive a rotation, and end when their key is revoked', async () => {
  const agentId = await addAgent('seated')
  const session = await signIn(ground.keys, agentId)
  const find = () => findSession(ground.db, ground.keys, session.token)

  await rotate('sessions')
  await ground.keys.refresh()
  const retired = await find()
  await rotate('sessions', 'revoked')
  await ground.keys.refresh()
  const revoked = await find()

  expect([retired?.agentId, revoked]).toEqual([agentId, undefined])
})

test('two rotations at once leave one active key, and every node agrees on which', async () => {
  const made = await Promise.all(['tokens', 'tokens', 'tokens'].map(() => rotate('tokens')))

  await Promise.all([ground.keys.refresh(), elsewhere.refresh()])
  expect(ground.keys.active('tokens').id).toBe(Math.max(...made))
  expect(elsewhere.active('tokens').id).toBe(Math.max(...made))
})

test('a node whose SECRET_KEY is the former one goes on with the keys it has', async () => {
  const [known] = elsewhere.all('tokens')
  const secretKey = 'another secret key, of 32 characters and more'
  const renewed = await openKeyRing(ground.db, { secretKey, oldSecretKey: TEST_SECRET_KEY })
  const { id } = await inTransaction(ground.db, tx =>
    rotateKey(tx, renewed, { purpose: 'tokens', former: 'retired' }),
  )

  const news = await ground.keys.refresh()
  const byOldKey = inTransaction(ground.db, tx =>
    rotateKey(tx, ground.keys, { purpose: 'tokens', former: 'retired' }),
  )

  expect(news.unreadIds).toEqual([id])
  expect(ground.keys.active('tokens')).toEqual(known)
  await expect(byOldKey).rejects.toMatchObject({ code: 'wrong-secret-key' })
})
