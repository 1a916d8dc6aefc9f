import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/db/database.ts'
import { openKeyRing } from '../../src/db/key-ring.ts'
import { createLog } from '../../src/lib/log.ts'
import { triedToken } from '../../src/mailboxes/access-tokens.ts'
import { loadImapAccount } from '../../src/mailboxes/account.ts'
import { openImap } from '../../src/mailboxes/imap-connection.ts'
import { openSmtp } from '../../src/mailboxes/smtp-connection.ts'
import { getMailbox, updateMailbox } from '../../src/shared/mailboxes.ts'
import {
  connectDelegated,
  finishConsent,
  listSignInApps,
  saveSignInApp,
  startConsent,
} from '../../src/shared/sign-in-apps.ts'
import { startBearerServer } from '../support/bearer-server.ts'
import { TEST_SECRET_KEY } from '../support/ground.ts'
import { rawMail } from '../support/mails.ts'
import { houseApp, type OAuthDesk, refusalCode, refusalOf, startOAuthDesk } from '../support/oauth-desk.ts'
import type { Decision } from '../support/openid-provider.ts'
import { eventuallyRows } from '../support/sync-desk.ts'
import { waitUntil } from '../support/wait-until.ts'

let desk: OAuthDesk
const log = createLog({ level: 'silent' })

beforeAll(async () => {
  desk = await startOAuthDesk()
})

afterAll(async () => {
  await desk.close()
})

/** Begins, walks through the provider's pages, and ends, all as one admin. */
const consent = async (
  wish: { address?: string; mailboxId?: number; isShared?: boolean },
  decision?: Decision,
  who: 'ada' | 'boris' = 'ada',
) => {
  const { url } = await desk.as(who).call(startConsent, { body: await wished(wish) })
  return { url, answer: (await desk.provider.walk(url, decision)) as { state: string } }
}

/** The app is saved once, and used by all. */
const wished = async (wish: { address?: string; mailboxId?: number; isShared?: boolean }) => {
  const { data } = await desk.as('ada').call(listSignInApps, {})
  const app =
    data.find(({ kind }) => kind === 'openid') ??
    (await desk.as('ada').call(saveSignInApp, { body: houseApp(desk) }))
  return { appId: app.id, isShared: false, ...servers(), ...wish }
}

const servers = () => ({
  imap: { host: 'localhost', port: desk.dovecot.imapsPort, security: 'tls' as const },
  smtp: { host: 'localhost', port: desk.sink.tlsPort, security: 'tls' as const },
})

const connect = async (address: string) => {
  const { answer } = await consent({ address })
  return await desk.as('ada').call(finishConsent, { body: answer })
}

const problemOf = async (mailboxId: number) =>
  (await desk.as('ada').call(getMailbox, { params: { id: mailboxId } })).problem?.code ?? null

/** The access token is over by the provider's word and by ours, which forgets what it was told. */
const letEnd = async (mailboxId: number, address: string) => {
  await desk.provider.expire(address)
  await desk.database.pool.query(
    `update mailbox_grant set access_renew_at = clock_timestamp(), access_ends_at = clock_timestamp(),
       barred_until = '-infinity' where mailbox_id = $1`,
    [mailboxId],
  )
}

const grantOf = async (mailboxId: number) => {
  const found = await desk.database.pool.query('select * from mailbox_grant where mailbox_id = $1', [
    mailboxId,
  ])
  return found.rows[0]
}

test('a mailbox is connected by a consent: PKCE, both sign-ins by token, the refresh token used once, nothing readable stored', async () => {
  const address = 'support@desk.test'
  await desk.dovecot.deliver(rawMail({ to: address, subject: 'Old' }), [address])
  await wished({})
  const before = desk.provider.tokenRequests()

  const { url, answer } = await consent({ address })
  const mailbox = await desk.as('ada').call(finishConsent, { body: answer })

  const asked = new URL(url).searchParams
  expect(Object.fromEntries(asked)).toMatchObject({
    code_challenge_method: 'S256',
    login_hint: address,
    redirect_uri: 'http://localhost:8080/oauth',
    scope: 'openid email offline_access mail',
  })
  expect(mailbox).toMatchObject({ address, signInApp: { name: 'House', grantedTo: address } })
  expect(desk.provider.tokenRequests() - before).toBe(2) // the code is taken, and the refresh token used
  const { rows } = await desk.database.pool.query<{ row: string }>(
    "select encode(access_sealed, 'escape') || encode(refresh_sealed, 'escape') || m::text || g::text as row from mailbox m join mailbox_grant g on g.mailbox_id = m.id",
  )
  const token = await (await loadImapAccount({ ...desk, practice: null }, mailbox.id)).tokens?.get(desk.trust)
  expect(desk.provider.issued()).toContain(token)
  for (const secret of desk.provider.issued()) expect(rows[0]?.row).not.toContain(secret)
})

test('an answer counts once, for the session it was begun in, and only with what was begun', async () => {
  const finish = (body: { state: string }, who: 'ada' | 'boris' = 'ada') =>
    refusalOf(desk.as(who).call(finishConsent, { body }))
  const { answer } = await consent({ address: 'state@desk.test' })
  const late = await consent({ address: 'late@desk.test' })
  await desk.database.pool.query(
    "update consent_start set expires_at = clock_timestamp() - interval '1 second' where wish->>'address' = 'late@desk.test'",
  )
  const codes = async (refusals: Promise<unknown>[]) =>
    (await Promise.all(refusals)).map(refusal => (refusal as { code?: string }).code ?? refusal)

  const strange = await codes([
    finish(answer, 'boris'),
    finish({ ...answer, state: 'made-up' }),
    finish(late.answer),
  ])
  const mixedUp = await consent({ address: 'mixed@desk.test' })
  const issuer = await codes([finish({ ...mixedUp.answer, iss: 'https://elsewhere.test' } as never)])
  const first = await finish(answer)
  const again = await codes([finish(answer)])

  expect(strange).toEqual(['consent-unknown', 'consent-unknown', 'consent-unknown'])
  expect(issuer).toEqual(['sign-in-answer-wrong'])
  expect([first, again]).toEqual(['accepted', ['consent-unknown']])
})

test('who says no, leaves mail out or signs in as somebody else is told so, and nothing is stored', async () => {
  const address = 'wanted@desk.test'
  const tryTo = async (decision: Decision) => {
    const { answer } = await consent({ address }, decision)
    return await refusalOf(desk.as('ada').call(finishConsent, { body: answer }))
  }

  const denied = await tryTo({ denies: true })
  const withoutMail = await tryTo({ withoutMail: true })
  const other = await tryTo({ account: 'eve@desk.test' })
  desk.provider.sayBeside({ refresh_token: undefined })
  const once = await tryTo({}).finally(() => desk.provider.sayBeside({}))

  expect([denied, withoutMail, other, once]).toMatchObject([
    { code: 'consent-refused' },
    { code: 'scope-missing', details: { missing: ['mail'] } },
    { code: 'other-address', details: { wanted: address, granted: 'eve@desk.test' } },
    { code: 'no-refresh-token' },
  ])
  const { rows } = await desk.database.pool.query('select 1 from mailbox where address = $1', [address])
  expect(rows).toEqual([])
})

test('a shared mailbox is opened by a person who may, and refused to one who may not', async () => {
  const address = 'shared@desk.test'
  desk.provider.share(address, 'maria@desk.test')
  const open = async (account: string) => {
    const { answer } = await consent({ address, isShared: true }, { account })
    return desk.as('ada').call(finishConsent, { body: answer })
  }

  const refused = await refusalOf(open('stranger@desk.test'))
  const mailbox = await open('maria@desk.test')

  expect(refused).toMatchObject({ code: 'mailbox-check-failed' })
  expect(JSON.stringify(refused)).toContain('token-refused')
  expect(mailbox).toMatchObject({ address, signInApp: { grantedTo: 'maria@desk.test' } })
})

test('F25: a session that ends with its token is signed in anew without an alarm, and loses no mail', async () => {
  const address = 'hourly@desk.test'
  const { id } = await connect(address)
  const { pool } = desk.database
  await pool.query(`create table alarm (code text);
    create function raise_alarm() returns trigger language plpgsql as
      $$ begin insert into alarm values (new.state_code); return new; end $$;
    create trigger alarm after update of state_code on mailbox for each row
      when (new.state_code is not null) execute function raise_alarm()`)
  const node = await desk.startNode()
  await desk.dovecot.deliver(rawMail({ to: address, subject: 'First' }), [address])
  await eventuallyRows(desk, id, 1)
  const before = await grantOf(id)

  await letEnd(id, address)
  await desk.dovecot.kick(address)
  await desk.dovecot.deliver(rawMail({ to: address, subject: 'Second' }), [address])

  await eventuallyRows(desk, id, 2)
  const after = await grantOf(id)
  expect(Number(after.access_no)).toBe(Number(before.access_no) + 1)
  expect(after.refresh_sealed).not.toEqual(before.refresh_sealed)
  expect((await pool.query('select * from alarm')).rows).toEqual([])
  await node.stop()
  await pool.query('drop trigger alarm on mailbox')
}, 40_000)

test('F26: an ended permission is shown as that within a minute, asked about once in five, and cured by signing in again', async () => {
  const address = 'revoked@desk.test'
  const { id } = await connect(address)
  const node = await desk.startNode()
  await desk.dovecot.deliver(rawMail({ to: address, subject: 'First' }), [address])
  await eventuallyRows(desk, id, 1)

  await desk.provider.revoke(address)
  await letEnd(id, address)
  await desk.dovecot.kick(address)
  const told = async () => ((await problemOf(id)) === 'grant-ended' ? true : undefined)
  await waitUntil('the problem to be told', told, { withinMs: 20_000 })
  const asked = desk.provider.tokenRequests()
  const account = await loadImapAccount({ ...desk, practice: null }, id)
  const again = await Promise.all([1, 2, 3].map(() => refusalCode(account.tokens?.get(desk.trust))))
  const askedAgain = desk.provider.tokenRequests()
  const { answer } = await consent({ mailboxId: id })
  await desk.as('ada').call(finishConsent, { body: answer })
  await desk.dovecot.deliver(rawMail({ to: address, subject: 'Second' }), [address])

  await eventuallyRows(desk, id, 2)
  await waitUntil('no problem', async () => ((await problemOf(id)) === null ? true : undefined))
  expect(again).toEqual(['grant-ended', 'grant-ended', 'grant-ended'])
  expect(askedAgain).toBe(asked)
  await node.stop()
}, 40_000)

test.each([
  ['429', { status: 429, headers: { 'retry-after': '60' } }],
  ['500', { status: 500, body: { error: 'server_error' } }],
  ['503 of a proxy', { status: 503, headers: { 'content-type': 'text/html' } }],
  ['a broken connection', 'drop'],
] as const)('F26: %s of the provider is never taken for bad credentials, and passes', async (name, fault) => {
  const address = `${name.replaceAll(' ', '-')}@desk.test`
  const { id } = await connect(address)
  const account = await loadImapAccount({ ...desk, practice: null }, id)
  await desk.database.pool.query('update mailbox_grant set access_renew_at = clock_timestamp()')

  desk.provider.breakTokens(fault)
  const good = await refusalCode(account.tokens?.get(desk.trust))
  await letEnd(id, address)
  const code = await refusalCode(openImap(account, { log, trust: desk.trust }))
  const { barred_until: until, fault_is_final: isFinal } = await grantOf(id)
  desk.provider.breakTokens(null)
  await letEnd(id, address)
  const connection = await openImap(account, { log, trust: desk.trust })

  expect([good, code, isFinal]).toEqual(['accepted', 'sign-in-service-away', false])
  expect(until.getTime() - Date.now() > 30_000).toBe(name === '429')
  connection.close()
})

test('F27: nodes that need a rotating token at once renew it one at a time, and no permission is lost', async () => {
  const address = 'raced@desk.test'
  const { id } = await connect(address)
  const other = openDatabase({ url: desk.database.url, log, maxConnections: 5, keepsStatements: true })
  const nodes = [desk.db, other.db].map(db => ({ db, keys: desk.keys, practice: null }))
  const rounds = process.env.PROVE === 'whole' ? 1_000 : 15
  const before = desk.provider.tokenRequests()

  for (let round = 0; round < rounds; round += 1) {
    await letEnd(id, address)
    const tokens = await Promise.all(
      [...nodes, ...nodes].map(async node => (await loadImapAccount(node, id)).tokens?.get(desk.trust)),
    )
    expect(new Set(tokens).size).toBe(1)
    expect(await desk.provider.userOf(tokens[0] ?? '')).toBe(address)
  }

  expect(desk.provider.tokenRequests() - before).toBe(rounds)
  await other.close()
}, 600_000)

test('a token the server refuses before its time is renewed at once; one that was just made is not', async () => {
  const address = 'refused@desk.test'
  const { id } = await connect(address)
  const account = await loadImapAccount({ ...desk, practice: null }, id)
  await desk.provider.expire(address)
  const context = { log, trust: desk.trust }
  const make = (when: string) =>
    desk.database.pool.query(
      'update mailbox_grant set access_made_at = clock_timestamp() + $2::interval where mailbox_id = $1',
      [id, when],
    )

  await make('1 minute')
  const young = [
    await refusalCode(openImap(account, context)),
    await refusalCode(openSmtp(account, desk.trust)),
  ]
  await make('-1 minute')
  const imap = await openImap(account, context)
  const smtp = await openSmtp(account, desk.trust)

  expect(young).toEqual(['token-refused', 'token-refused'])
  imap.close()
  smtp.close()
})

test('a node that died while it renewed is waited for until its claim has run out', async () => {
  const address = 'died@desk.test'
  const { id } = await connect(address)
  const account = await loadImapAccount({ ...desk, practice: null }, id)
  await letEnd(id, address)
  await desk.database.pool.query(
    `update mailbox_grant set lease_no = lease_no + 1, lease_until = clock_timestamp() + interval '1 second'
     where mailbox_id = $1`,
    [id],
  )
  const before = desk.provider.tokenRequests()

  const tokens = await Promise.all([1, 2, 3].map(() => account.tokens?.get(desk.trust)))

  expect(await desk.provider.userOf(tokens[0] ?? '')).toBe(address)
  expect([new Set(tokens).size, desk.provider.tokenRequests() - before]).toEqual([1, 1])
})

test('a mailbox changes from a password to a consent and back, and keeps what it does not use of neither, even what no key opens', async () => {
  const address = 'changing@desk.test'
  const { id } = await connect(address)

  const byPassword = await desk
    .as('ada')
    .call(updateMailbox, { params: { id }, body: { password: 'secret' } })
  const withoutGrant = await grantOf(id)
  await desk.database.pool.query("update mailbox set password_sealed = '\\x00' where id = $1", [id])
  const { answer } = await consent({ mailboxId: id })
  const byConsent = await desk.as('ada').call(finishConsent, { body: answer })
  const checked = await desk.as('ada').call(updateMailbox, { params: { id }, body: servers() })

  expect(checked.signInApp).toEqual(byConsent.signInApp)
  expect([byPassword.signInApp, withoutGrant]).toEqual([null, undefined])
  expect(byConsent).toMatchObject({ id, address, isNew: false, signInApp: { grantedTo: address } })
  const { rows } = await desk.database.pool.query('select password_sealed from mailbox where id = $1', [id])
  expect(rows).toEqual([{ password_sealed: null }])
})

test('a service account connects mailboxes of its domain by their address alone, and renews without anybody', async () => {
  const body = { kind: 'google_delegation' as const, keyFile: desk.provider.keyFile }
  const { id: appId } = await desk.as('ada').call(saveSignInApp, { body })
  const join = (address: string) =>
    desk.as('ada').call(connectDelegated, { body: { appId, address, ...servers() } })

  const [one, two] = [await join('one@desk.test'), await join('two@desk.test')]
  const outside = await refusalOf(join('one@elsewhere.test'))
  const account = await loadImapAccount({ ...desk, practice: null }, one.id)
  const before = await account.tokens?.get(desk.trust)
  await letEnd(one.id, 'one@desk.test')
  const after = await account.tokens?.get(desk.trust)

  expect([one, two].map(mailbox => mailbox.signInApp)).toEqual([
    { id: appId, name: 'Google Workspace', grantedTo: null },
    { id: appId, name: 'Google Workspace', grantedTo: null },
  ])
  expect(outside).toMatchObject({ code: 'app-not-permitted' })
  expect(after).not.toBe(before)
  expect(await desk.provider.userOf(after ?? '')).toBe('one@desk.test')
})

test('a server that takes tokens by OAUTHBEARER alone gets one so, and hears the nod after its refusal', async () => {
  const server = await startBearerServer(desk.certificates.server)
  const smtp = { kind: 'host', host: 'localhost', port: server.port, security: 'tls' } as const
  const open = (token: string) =>
    openSmtp({ username: 'support@desk.test', password: '', tokens: triedToken(token), smtp }, desk.trust)

  const connection = await open('good')
  const refused = await refusalCode(open('bad'))

  expect(refused).toBe('token-refused')
  expect(server.heard).toEqual([
    `n,a=support@desk.test,\x01host=localhost\x01port=${server.port}\x01auth=Bearer good\x01\x01`,
    `n,a=support@desk.test,\x01host=localhost\x01port=${server.port}\x01auth=Bearer bad\x01\x01`,
    '\x01',
  ])
  connection.close()
  server.stop()
})

test('tokens open after the secret key was changed, and are sealed under the newest key once renewed', async () => {
  const address = 'rotated@desk.test'
  const { id } = await connect(address)
  const before = await grantOf(id)
  await desk.database.pool.query(
    "update key_ring set retired_at = clock_timestamp() where purpose = 'credentials'",
  )
  const keys = await openKeyRing(desk.db, {
    secretKey: 'another secret key, of 32 characters and more',
    oldSecretKey: TEST_SECRET_KEY,
  })

  await letEnd(id, address)
  const account = await loadImapAccount({ db: desk.db, keys, practice: null }, id)
  const token = await account.tokens?.get(desk.trust)

  const after = await grantOf(id)
  expect(await desk.provider.userOf(token ?? '')).toBe(address)
  expect([after.access_key_id, after.refresh_key_id]).not.toContain(before.access_key_id)
})
