import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { signInWithPassword } from '../../src/agents/sign-in.ts'
import { runCommand } from '../../src/commands/command-list.ts'
import { createAgent } from '../../src/commands/create-agent.ts'
import { openKeyRing } from '../../src/db/key-ring.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'

const password = 'correct horse battery'
let database: TestDatabase
let dataDir: string

beforeAll(async () => {
  database = await createEmptyDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-create-'))
})
afterAll(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true })
})

const environment = () => ({
  DATABASE_URL: database.url,
  SECRET_KEY: 'k'.repeat(40),
  DATA_DIR: dataDir,
  BASE_URL: 'https://desk.example.org',
  LOG_LEVEL: 'silent',
})

const create = (options: Record<string, string>, input = '') =>
  createAgent(new Map(Object.entries(options)), environment(), async () => input)

test('on an empty database nobody but an owner can be the first', async () => {
  const creating = create({ '--email': 'ben@desk.test' })

  await expect(creating).rejects.toMatchObject({ code: 'owner-first' })
})

test('an owner made without a browser signs in with the password of standard input', async () => {
  const code = await create(
    { '--email': 'Ada@Desk.test', '--name': 'Ada', '--role': 'owner', '--password-stdin': '' },
    `${password}\n`,
  )

  const keys = await openKeyRing(database.db, { secretKey: 'k'.repeat(40), oldSecretKey: null })
  const origin = { userAgent: 'test', address: '127.0.0.1' }
  const signingIn = signInWithPassword(
    { db: database.db, keys },
    { email: 'ada@desk.test', password },
    origin,
  )
  expect(code).toBe(0)
  expect((await signingIn).agentId).toBeGreaterThan(0)
})

test('without a password their one-time link is printed', async () => {
  const print = vi.spyOn(console, 'log').mockReturnValue()
  onTestFinished(() => print.mockRestore())

  await runCommand(['create-agent', '--email=ben@desk.test', '--language=bg'], environment())

  expect(print.mock.calls).toEqual([
    [expect.stringMatching(/^https:\/\/desk\.example\.org\/link\/[\w-]{43}$/)],
  ])
  const row = await database.db.selectFrom('agent').selectAll().where('name', '=', 'ben').executeTakeFirst()
  expect(row).toMatchObject({ role: 'agent', state: 'invited', language: 'bg' })
})

test.each([
  ['an address that is none', { '--email': 'ben' }, '', 'bad-option'],
  ['a role that is none', { '--email': 'b@desk.test', '--role': 'king' }, '', 'bad-option'],
  ['a short password', { '--email': 'b@desk.test', '--password-stdin': '' }, 'short', 'bad-option'],
  ['an address that is taken', { '--email': 'ada@desk.test' }, '', 'email-taken'],
])('%s is refused, and nobody is added', async (_what, options, input, code) => {
  const before = await database.db.selectFrom('agent').select('id').execute()

  await expect(create(options, input)).rejects.toMatchObject({ code })

  expect(await database.db.selectFrom('agent').select('id').execute()).toEqual(before)
})
