import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findReplyTokens, keyIdOfReplyToken } from '../../src/mail/reply-token.ts'
import { getMe } from '../../src/shared/session.ts'
import { getTicket, listTickets, sendReply } from '../../src/shared/tickets.ts'
import { type ApiClient, apiClient } from '../support/api.ts'
import { type Certificates, makeCertificates } from '../support/certificates.ts'
import { connect } from '../support/connect-mailbox.ts'
import { type Dovecot, startDovecot } from '../support/dovecot.ts'
import { type Letterdesk, startLetterdesk } from '../support/letterdesk.ts'
import { type MailParts, rawMail } from '../support/mails.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { type SmtpSink, startSmtpSink } from '../support/smtp-sink.ts'
import { waitUntil } from '../support/wait-until.ts'

// Two whole nodes on one database, and the command line beside them. One story, told in order.
const secretKey = 'a secret key of tests, thirty-two letters'
const onTheWay = { withinMs: 60_000 }
const run = promisify(execFile)
let certificates: Certificates
let database: TestDatabase
let dovecot: Dovecot
let sink: SmtpSink
let nodes: Letterdesk[]
/** Signed in at whichever node it is pointed to. */
let owner: ApiClient
let at = 0

beforeAll(async () => {
  ;[certificates, database] = await Promise.all([makeCertificates(), createDatabase()])
  ;[dovecot, sink] = await Promise.all([startDovecot({ certificates }), startSmtpSink({ certificates })])
  const options = { caFile: certificates.caFile, databaseUrl: database.url, secretKey }
  const one = await startLetterdesk(options)
  nodes = [one]
  nodes.push(await startLetterdesk({ ...options, env: { DATA_DIR: one.dataDir } }))
  const first = await one.hastyOwner()
  owner = apiClient(() => nodes[at]?.baseUrl ?? '')
  await owner.signIn('ada@desk.test', 'correct horse battery')
  const servers = { imapsPort: dovecot.imapsPort, smtpsPort: sink.tlsPort }
  await connect(first, servers, { address: 'support@desk.test' })
  await connect(first, servers, { address: 'billing@desk.test' })
}, 240_000)

afterAll(async () => {
  for (const node of nodes ?? []) await node.stop()
  await Promise.all([dovecot?.stop(), sink?.stop()])
  await database?.drop()
  await certificates?.remove()
}, 60_000)

async function letterdesk(...args: string[]): Promise<string> {
  const env = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    LOG_LEVEL: 'silent',
    DATABASE_URL: database.url,
    SECRET_KEY: secretKey,
    DATA_DIR: nodes[0]?.dataDir,
    EXTRA_CA_FILE: certificates.caFile,
    ALLOW_PRIVATE_HOSTS: '127.0.0.0/8',
  }
  const { stdout } = await run(process.execPath, ['src/start.mjs', ...args], { env })
  return stdout
}

/** Both nodes have read the ring as often as that since they started. */
async function untilHeard(times: number): Promise<void> {
  const hasHeard = (node: Letterdesk) => node.output().split('key ring read again').length > times
  await waitUntil('both nodes read the ring again', () => nodes.every(hasHeard), onTheWay)
}

async function deliver(parts: MailParts, to = 'support@desk.test'): Promise<void> {
  await dovecot.deliver(rawMail({ to, ...parts }), [to])
}

async function ticketOf(subject: string) {
  return await waitUntil(
    `the ticket ${subject}`,
    async () => {
      const { data } = await owner.call(listTickets, { query: { queue: 'unassigned' } })
      return data.find(ticket => ticket.subject === subject)
    },
    onTheWay,
  )
}

/** Answers a ticket. @returns the token of the mail that left */
async function reply(number: number, text: string): Promise<string> {
  await owner.call(sendReply, { params: { number }, body: { text } })
  const mail = await sink.waitFor(one => one.raw.includes(text), 60_000)
  return findReplyTokens([mail.internetMessageId ?? ''])[0] ?? ''
}

async function untilAnswered(number: number, text: string): Promise<void> {
  const look = async () => {
    const { messages } = await owner.call(getTicket, { params: { number } })
    return messages.some(message => message.text.includes(text))
  }
  await waitUntil(`the answer ${text}`, look, onTheWay)
}

test('after rotate-key tokens both nodes issue by the new key, and the token of an old mail still threads', {
  timeout: 180_000,
}, async () => {
  await deliver({ subject: 'Before the new key', messageId: 'before@customer.test' })
  const ticket = await ticketOf('Before the new key')
  const before = await reply(ticket.number, 'Answered by the old key')

  const said = await letterdesk('rotate-key', 'tokens')

  await untilHeard(1)
  const newId = Number(/^new key of tokens: (\d+)/.exec(said)?.[1])
  const after = await reply(ticket.number, 'Answered by the new key')
  expect([keyIdOfReplyToken(before), keyIdOfReplyToken(after)]).toEqual([expect.any(Number), newId])
  expect(keyIdOfReplyToken(before)).not.toBe(newId)
  await deliver({
    to: `support+${before}@desk.test`,
    subject: 'No id of ours',
    text: 'By the old token.\r\n',
  })
  await untilAnswered(ticket.number, 'By the old token.')
})

test('rotate-key sessions signs nobody out, on either node', async () => {
  await letterdesk('rotate-key', 'sessions')

  await untilHeard(2)
  const seen: string[] = []
  for (at of [0, 1]) seen.push((await owner.call(getMe)).email)
  expect(seen).toEqual(['ada@desk.test', 'ada@desk.test'])
})

test('rotate-key credentials while a row is held and both nodes are killed: sealed anew after their start, and the mailboxes work', {
  timeout: 240_000,
}, async () => {
  const holder = await database.pool.connect()
  await holder.query('begin')
  await holder.query("select 1 from mailbox where address = 'billing@desk.test' for update")

  const said = await letterdesk('rotate-key', 'credentials')
  const newId = Number(/^new key of credentials: (\d+)/.exec(said)?.[1])
  const sealedUnder = async (id: number) => {
    const { rows } = await holder.query('select address from mailbox where password_key_id = $1', [id])
    return rows.map(row => row.address)
  }
  await waitUntil('one is sealed', async () => (await sealedUnder(newId)).length === 1, onTheWay)
  await Promise.all(nodes.map(node => node.kill('SIGKILL')))
  const half = await letterdesk('rotate-key')
  await holder.query('commit')
  holder.release()
  for (const node of nodes) await node.start()

  const list = await waitUntil(
    'the former key is needed by nothing',
    async () => {
      const lines = await letterdesk('rotate-key')
      return /credentials +retired .*no stored secret needs it/.test(lines) ? lines : undefined
    },
    { withinMs: 90_000, everyMs: 500 },
  )
  expect(half).toMatch(/credentials +retired .*stored secrets: 1\n/)
  expect(list).toMatch(new RegExp(`${newId} +credentials +active .*stored secrets: 2\n`))
  await letterdesk('check-mailbox')
  for (const [address, subject] of [
    ['support@desk.test', 'After it, support'],
    ['billing@desk.test', 'After it, billing'],
  ] as const) {
    await deliver({ subject, messageId: `${address.slice(0, 7)}@customer.test` }, address)
    const { number } = await ticketOf(subject)
    await reply(number, `Answered: ${subject}`)
  }
})

test('rotate-key sessions --compromised signs everybody out, and credentials takes no such word', async () => {
  const refused = letterdesk('rotate-key', 'credentials', '--compromised')

  await expect(refused).rejects.toMatchObject({ stderr: expect.stringContaining('change the passwords') })
  await letterdesk('rotate-key', 'sessions', '--compromised')
  for (at of [0, 1]) {
    await waitUntil('signed out', async () => (await owner.fetch(getMe)).status === 401, onTheWay)
  }
})
