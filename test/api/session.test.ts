import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeSetupPath } from '../../src/agents/first-owner.ts'
import { findLinkToken } from '../../src/agents/links.ts'
import { deactivateAgent, inviteAgent, listAgents, updateAgent } from '../../src/shared/agents.ts'
import {
  changePassword,
  createOwner,
  endSession,
  getLink,
  getMe,
  getSetup,
  listSessions,
  requestPasswordReset,
  signIn,
  signOut,
  updateMe,
  useLink,
} from '../../src/shared/session.ts'
import { OWNER, type SessionServer, startSessionServer } from '../support/session-server.ts'

let server: SessionServer

beforeAll(async () => {
  server = await startSessionServer()
})

afterAll(async () => await server.stop())

const ownerBody = { ...OWNER, language: 'en' as const, timeZone: 'Europe/Sofia' }

async function signedInOwner() {
  const client = server.client()
  await client.signIn(OWNER.email, OWNER.password)
  return client
}

async function invited(email: string, role: 'agent' | 'admin' | 'owner' = 'agent', sendMail = false) {
  const owner = await signedInOwner()
  const body = { email, name: 'Ben', role, language: 'pl' as const, mailboxIds: [], sendMail }
  return await owner.call(inviteAgent, { body })
}

function tokenOf(link: string): string {
  return link.split('/link/')[1] ?? ''
}

async function accepted(email: string, role: 'agent' | 'admin' | 'owner' = 'agent') {
  const invitation = await invited(email, role)
  const client = server.client()
  await client.call(useLink, {
    params: { token: tokenOf(invitation.link) },
    body: { password: 'ten letters or more' },
  })
  return { client, agent: invitation.agent }
}

describe('the first run', () => {
  test('through a proxy the first owner needs the link from the log', async () => {
    const stranger = server.client()

    const setup = await stranger.fetch(getSetup, { headers: { 'x-forwarded-for': '203.0.113.9' } })
    const refused = await stranger.fetch(createOwner, {
      body: ownerBody,
      headers: { 'x-forwarded-for': '203.0.113.9' },
    })

    expect(await setup.json()).toEqual({ me: null, needsOwner: true, needsLink: true })
    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'setup-link-needed' })
  })

  test('a wrong link creates nobody', async () => {
    const stranger = server.client()

    const refused = stranger.call(createOwner, { body: { ...ownerBody, token: 'x'.repeat(43) } })

    await expect(refused).rejects.toMatchObject({ status: 410, problem: { code: 'link-invalid' } })
  })

  test('of two first owners at once one is created and signed in; the link works for another machine', async () => {
    const path = await makeSetupPath(server.database.db, server.keys)
    const token = new URL(path ?? '', 'http://x').searchParams.get('token') ?? ''
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    const tries = [server.client(), server.client()].map(client =>
      client.fetch(createOwner, { body: { ...ownerBody, token }, headers }),
    )

    const statuses = (await Promise.all(tries)).map(response => response.status).sort()

    expect(statuses[0]).toBe(200)
    expect(statuses[1]).toBeGreaterThanOrEqual(409)
    expect(await makeSetupPath(server.database.db, server.keys)).toBeUndefined()
  })
})

describe('signing in', () => {
  test('a wrong password and an unknown address answer alike', async () => {
    const wrong = await server.client().fetch(signIn, { body: { email: OWNER.email, password: 'nope' } })
    const unknown = await server
      .client()
      .fetch(signIn, { body: { email: 'nobody@desk.test', password: 'nope' } })

    expect([wrong.status, unknown.status]).toEqual([401, 401])
    const { requestId: _a, ...first } = (await wrong.json()) as Record<string, unknown>
    const { requestId: _b, ...second } = (await unknown.json()) as Record<string, unknown>
    expect(first).toEqual(second)
  })

  test('the cookie is HttpOnly and SameSite, and signing out ends the session', async () => {
    const client = server.client()
    const response = await client.fetch(signIn, { body: { email: OWNER.email, password: OWNER.password } })
    client.setCsrfToken(((await response.json()) as { csrfToken: string }).csrfToken)

    await client.call(signOut)

    expect(response.headers.getSetCookie()[0]).toMatch(/HttpOnly.*SameSite=Lax/i)
    await expect(client.call(getMe)).rejects.toMatchObject({ problem: { code: 'not-signed-in' } })
  })

  test('after ten tries an account is asked to wait, in parallel too', async () => {
    const email = 'guessed@desk.test'

    const answers = await Promise.all(
      Array.from({ length: 30 }, () => server.client().fetch(signIn, { body: { email, password: 'guess' } })),
    )

    const refused = answers.filter(answer => answer.status === 429)
    expect(answers.filter(answer => answer.status === 401)).toHaveLength(10)
    expect(refused).toHaveLength(20)
    expect(await refused[0]?.json()).toMatchObject({ code: 'too-many-attempts' })
    expect(refused[0]?.headers.get('retry-after')).toMatch(/^\d+$/)
  })
})

describe('forgery', () => {
  test('a changing request without the session’s token is refused', async () => {
    const client = await signedInOwner()

    const refused = await client.fetch(updateMe, { body: { name: 'Eve' }, headers: { 'x-csrf-token': '' } })

    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'csrf-token-missing' })
  })

  test('another site’s form cannot sign anybody in', async () => {
    const body = { email: OWNER.email, password: OWNER.password }

    const refused = await server.client().fetch(signIn, { body, headers: { origin: 'https://evil.test' } })

    expect(refused.status).toBe(403)
    expect(await refused.json()).toMatchObject({ code: 'foreign-origin' })
  })

  test('text/plain is not taken for JSON', async () => {
    const body = { email: OWNER.email, password: OWNER.password }

    const refused = await server.client().fetch(signIn, { body, headers: { 'content-type': 'text/plain' } })

    expect(refused.status).toBe(415)
  })
})

describe('the keys an agent chose', () => {
  const own = [
    { command: 'close', keys: ['w', 'g q'] },
    { command: 'a-command-of-tomorrow', keys: [] },
  ]

  test('go along to another device, and are theirs alone', async () => {
    const { client, agent } = await accepted('keys@desk.test')
    const shortcuts = { preset: 'gmail' as const, scope: 'mod' as const, own }
    const before = await client.call(getMe)

    const after = await client.call(updateMe, { body: { shortcuts } })

    const elsewhere = server.client()
    await elsewhere.signIn('keys@desk.test', 'ten letters or more')
    expect(before.shortcuts).toEqual({ preset: 'desk', scope: 'all', own: [] })
    expect(after.shortcuts).toEqual(shortcuts)
    expect((await elsewhere.call(getMe)).shortcuts).toEqual(shortcuts)
    expect((await (await signedInOwner()).call(getMe)).shortcuts.own).toEqual([])
    const { data } = await client.call(listAgents)
    expect(data.find(one => one.id === agent.id)).not.toHaveProperty('shortcuts')
  })

  test.each([
    ['plain', [{ command: 'close', keys: ['esc'] }]],
    ['reserved', [{ command: 'close', keys: ['mod+w'] }]],
    ['unreadable', [{ command: 'close', keys: ['alt+e'] }]],
    ['unreadable', [{ command: 'close', keys: ['e\u0000'] }]],
    [
      'taken',
      [
        { command: 'close', keys: ['e'] },
        { command: 'reply', keys: ['e r'] },
      ],
    ],
    [
      'twice',
      [
        { command: 'close', keys: ['e'] },
        { command: 'close', keys: ['w'] },
      ],
    ],
  ])('are refused where they cannot act: %s', async (reason, refused) => {
    const client = await signedInOwner()
    const shortcuts = { preset: 'desk' as const, scope: 'all' as const, own: refused }

    const answer = await client.fetch(updateMe, { body: { shortcuts } })

    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'bad-shortcut', details: { reason } })
    expect((await client.call(getMe)).shortcuts.own).toEqual([])
  })

  test('are a small set', async () => {
    const client = await signedInOwner()
    const many = Array.from({ length: 201 }, (_, at) => ({ command: `c${at}`, keys: [] }))
    const sets = [many, [{ command: '__proto__', keys: [] }], [{ command: 'close', keys: [...'abcdf'] }]]

    const answers = await Promise.all(
      sets.map(own => client.fetch(updateMe, { body: { shortcuts: { preset: 'desk', scope: 'all', own } } })),
    )

    expect(answers.map(answer => answer.status)).toEqual([400, 400, 400])
  })
})

describe('malformed requests', () => {
  test('the answer names the field', async () => {
    const client = await signedInOwner()

    const refused = await client.fetch(updateMe, { body: { language: 'xx', isAdmin: true } as never })

    expect(refused.status).toBe(400)
    expect(refused.headers.get('content-type')).toMatch('application/problem+json')
    const problem = (await refused.json()) as { fields: { field: string }[] }
    expect(problem.fields.map(({ field }) => field)).toEqual(
      expect.arrayContaining(['body.language', 'body.isAdmin']),
    )
  })
})

describe('agents', () => {
  test('an invitation works once and sets name, language and zone', async () => {
    const invitation = await invited('bea@desk.test')
    const params = { token: tokenOf(invitation.link) }
    const client = server.client()

    const seen = await client.call(getLink, { params })
    const me = await client.call(useLink, {
      params,
      body: { password: 'ten letters or more', name: 'Bea', language: 'bg', timeZone: 'Europe/Sofia' },
    })

    expect(seen).toMatchObject({ purpose: 'invitation', email: 'bea@desk.test' })
    expect(me).toMatchObject({ name: 'Bea', language: 'bg', timeZone: 'Europe/Sofia', role: 'agent' })
    const again = server.client().call(useLink, { params, body: { password: 'ten letters or more' } })
    await expect(again).rejects.toMatchObject({ status: 410, problem: { code: 'link-invalid' } })
  })

  test('where no real mailbox can carry an invitation, nobody is told that it is on its way', async () => {
    const invitation = await invited('unmailed@desk.test', 'agent', true)

    expect(invitation.mailed).toBe(false)
    expect(tokenOf(invitation.link)).toHaveLength(43)
  })

  test('an invitation by mail queues a job that holds no secret', async () => {
    const owner = await signedInOwner()
    await server.database.pool.query(
      `insert into mailbox (kind, name, address, imap_host, imap_port, imap_security, smtp_host, smtp_port, smtp_security, username)
       values ('imap', 'Support', 'support@desk.test', 'mail.test', 993, 'tls', 'mail.test', 465, 'tls', 'support')`,
    )
    const body = {
      email: 'mailed@desk.test',
      name: 'M',
      role: 'agent' as const,
      language: 'ru' as const,
      mailboxIds: [],
    }

    const invitation = await owner.call(inviteAgent, { body })

    const jobs = await server.database.pool.query('select payload from graphile_worker._private_jobs')
    expect(invitation.mailed).toBe(true)
    expect(JSON.stringify(jobs.rows)).not.toContain(tokenOf(invitation.link))
    expect(jobs.rows.some(row => typeof row.payload.linkId === 'number')).toBe(true)
  })

  test('a deactivated agent is out at once and cannot come back by a reset', async () => {
    const { client, agent } = await accepted('leaver@desk.test')
    const owner = await signedInOwner()

    await owner.call(deactivateAgent, { params: { id: agent.id } })

    await expect(client.call(getMe)).rejects.toMatchObject({ problem: { code: 'not-signed-in' } })
    await expect(server.client().signIn('leaver@desk.test', 'ten letters or more')).rejects.toMatchObject({
      problem: { code: 'wrong-credentials' },
    })
  })

  test('the last owner cannot be removed or lowered', async () => {
    const owner = await signedInOwner()
    const { data } = await owner.call(listAgents)
    const ada = data.find(agent => agent.email === OWNER.email)

    const lowered = owner.call(updateAgent, { params: { id: ada?.id ?? 0 }, body: { role: 'agent' } })
    const removed = owner.call(deactivateAgent, { params: { id: ada?.id ?? 0 } })

    await Promise.all([
      expect(lowered).rejects.toMatchObject({ status: 409, problem: { code: 'last-owner' } }),
      expect(removed).rejects.toMatchObject({ status: 409, problem: { code: 'last-owner' } }),
    ])
  })

  test('an admin can neither make an owner nor touch one', async () => {
    const { client } = await accepted('admin@desk.test', 'admin')
    const { data } = await client.call(listAgents)
    const ada = data.find(agent => agent.role === 'owner')
    const body = {
      email: 'x@desk.test',
      name: 'X',
      role: 'owner' as const,
      language: 'en' as const,
      mailboxIds: [],
    }

    const made = client.call(inviteAgent, { body })
    const touched = client.call(deactivateAgent, { params: { id: ada?.id ?? 0 } })

    await Promise.all([
      expect(made).rejects.toMatchObject({ status: 403, problem: { code: 'no-permission' } }),
      expect(touched).rejects.toMatchObject({ status: 403, problem: { code: 'no-permission' } }),
    ])
  })

  test('an agent may not invite', async () => {
    const { client } = await accepted('plain@desk.test')

    const body = {
      email: 'y@desk.test',
      name: 'Y',
      role: 'agent' as const,
      language: 'en' as const,
      mailboxIds: [],
    }

    await expect(client.call(inviteAgent, { body })).rejects.toMatchObject({
      status: 403,
      problem: { code: 'no-permission' },
    })
  })
})

describe('own account', () => {
  test('a changed password ends the other sessions and keeps this one', async () => {
    const { client } = await accepted('changer@desk.test')
    const other = server.client()
    await other.signIn('changer@desk.test', 'ten letters or more')

    await client.call(changePassword, { body: { current: 'ten letters or more', next: 'another good one' } })

    await expect(other.call(getMe)).rejects.toMatchObject({ problem: { code: 'not-signed-in' } })
    expect(await client.call(getMe)).toMatchObject({ email: 'changer@desk.test' })
  })

  test('sessions are listed and one can be ended', async () => {
    const { client } = await accepted('lister@desk.test')
    const other = server.client()
    await other.signIn('lister@desk.test', 'ten letters or more')
    const { data } = await client.call(listSessions)

    const foreign = data.find(session => !session.isCurrent)
    await client.call(endSession, { params: { id: foreign?.id ?? 0 } })

    expect(data).toHaveLength(2)
    await expect(other.call(getMe)).rejects.toMatchObject({ problem: { code: 'not-signed-in' } })
  })

  test('a reset answers the same for unknown addresses, and its link sets a new password once', async () => {
    const [email, password] = ['forgot@desk.test', 'a brand new one']
    await accepted(email)
    const client = server.client()

    const unknown = await client.fetch(requestPasswordReset, { body: { email: 'nobody@desk.test' } })
    const known = await client.fetch(requestPasswordReset, { body: { email } })

    const { rows } = await server.database.pool.query(
      `select id, token_hash as "tokenHash" from agent_link where purpose = 'password-reset' order by id desc limit 1`,
    )
    const ring = { db: server.database.db, keys: server.keys }
    const token = (await findLinkToken(ring, { ...rows[0], purpose: 'password-reset' })) ?? ''
    await client.call(useLink, { params: { token }, body: { password } })
    expect([unknown.status, known.status]).toEqual([204, 204])
    expect(await server.client().signIn(email, password)).toMatchObject({ email })
    const again = server.client().call(useLink, { params: { token }, body: { password } })
    await expect(again).rejects.toMatchObject({ status: 410, problem: { code: 'link-invalid' } })
  })
})
