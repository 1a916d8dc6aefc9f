import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inviteAgent, renewInvitation, updateAgent } from '../../src/shared/agents.ts'
import { changePassword, createOwner, type Me, updateMe } from '../../src/shared/session.ts'
import { mailTemplateTest } from '../../src/shared/templates.ts'
import { createUpload, sendReply, takeOver, updateTicket } from '../../src/shared/tickets.ts'
import type { MailKind } from '../../src/shared/vocabulary.ts'
import type { ApiClient } from '../support/api.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'
import { OWNER, type SessionServer, startSessionServer } from '../support/session-server.ts'

const ownerBody = { ...OWNER, language: 'en' as const, timeZone: 'UTC' }
const invitee = {
  email: 'ben@desk.test',
  name: 'Ben',
  role: 'agent',
  language: 'en',
  sendMail: false,
} as const

let server: SessionServer
let owner: ApiClient
let me: Me
let desk: Desk
let agent: DeskAgent

beforeAll(async () => {
  server = await startSessionServer()
  desk = await startDesk()
  agent = await desk.agent('ada', { mailboxIds: [await desk.mailbox('support@desk.test')] })
  await server.client().call(createOwner, { body: ownerBody })
  owner = server.client()
  me = await owner.signIn(OWNER.email, OWNER.password)
  await owner.call(inviteAgent, { body: { ...invitee, mailboxIds: [] } })
})

afterAll(async () => {
  await desk?.stop()
  await server?.stop()
})

const invite = (body: object) =>
  owner.fetch(inviteAgent, { body: { ...invitee, mailboxIds: [], email: 'carl@desk.test', ...body } })

const refusals: [string, number, () => Promise<Response>][] = [
  ['already-set-up', 409, () => server.client().fetch(createOwner, { body: ownerBody })],
  ['bad-time-zone', 422, () => owner.fetch(updateMe, { body: { timeZone: 'Europe/Nowhere' } })],
  ['email-taken', 409, () => invite({ email: 'BEN@desk.test' })],
  ['unknown-mailbox', 422, () => invite({ mailboxIds: [404] })],
  ['not-invited', 409, () => owner.fetch(renewInvitation, { params: { id: me.id } })],
  ['not-found', 404, () => owner.fetch(updateAgent, { params: { id: 404 }, body: { name: 'Nobody' } })],
  [
    'wrong-credentials',
    401,
    () => owner.fetch(changePassword, { body: { current: 'not mine', next: 'ten letters or more' } }),
  ],
  ['body-too-large', 413, () => invite({ name: 'x'.repeat(1_000_001) })],
  ['unknown-upload', 422, () => reply({ uploadIds: ['00000000-0000-4000-8000-000000000000'] })],
  ['no-recipient', 422, () => reply({}, 'bounce')],
  ['other-kind-of-mailbox', 409, () => movedToReal()],
  ['not-a-twin', 409, () => tookOver()],
  ['no-practice-server', 409, () => testMail()],
  ['not-bytes', 415, () => upload({ 'content-type': 'application/json' })],
]

test.each(refusals)('%s is said by its code, with status %i', async (code, status, ask) => {
  const answer = await ask()

  expect(answer.status).toBe(status)
  expect(await answer.json()).toMatchObject({ status, code })
})

async function reply(body: object, kind: MailKind = 'person'): Promise<Response> {
  const mailboxId = await desk.mailbox(`${crypto.randomUUID()}@desk.test`)
  const { number } = await desk.ticket({ mailboxId, kind })
  const all = await desk.agent(crypto.randomUUID(), { role: 'admin' })
  return await all.fetch(sendReply, { params: { number }, body: { text: 'Hello', ...body } })
}

/** Of practice, into a mailbox of the world. */
async function movedToReal(): Promise<Response> {
  const real = await desk.mailbox(`${crypto.randomUUID()}@desk.test`)
  await sql`update mailbox set kind = 'imap', imap_host = 'mx.desk.test', smtp_host = 'mx.desk.test',
    username = address where id = ${real}`.execute(desk.database.db)
  const { number, all } = await ticketOfAll()
  return await all.fetch(updateTicket, { params: { number }, body: { mailboxId: real } })
}

async function tookOver(): Promise<Response> {
  const { number, all } = await ticketOfAll()
  return await all.fetch(takeOver, { params: { number } })
}

/** On a node that does not run the practice servers. */
async function testMail(): Promise<Response> {
  const { mailboxId, all } = await ticketOfAll()
  const params = { id: mailboxId, name: 'reply', language: 'en' } as const
  const content = { subject: null, text: '{{text}}', html: null }
  return await all.fetch(mailTemplateTest, { params, body: { content } })
}

async function ticketOfAll() {
  const mailboxId = await desk.mailbox(`${crypto.randomUUID()}@desk.test`)
  const { number } = await desk.ticket({ mailboxId })
  return { mailboxId, number, all: await desk.agent(crypto.randomUUID(), { role: 'admin' }) }
}

async function upload(headers: Record<string, string>): Promise<Response> {
  return await agent.fetch(createUpload, {
    query: { filename: 'a.txt' },
    body: Buffer.from('"text"'),
    headers,
  })
}
