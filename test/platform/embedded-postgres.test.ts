import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { choosePostgresAccount } from '../../src/db/postgres-account.ts'
import { preparePostgresBinaries } from '../../src/db/postgres-binaries.ts'
import { initCluster } from '../../src/db/postgres-process.ts'

type Started = { url: string; postmasterPid: number }
type Refused = { code: string; message: string }
type Owner = { child: ChildProcess; said: Started & Refused }

const program = new URL('../support/embedded-owner.ts', import.meta.url).pathname
let made: string // a data folder made by a first start, which most tests begin with: making one takes seconds
let home: string
let dataDir: string
let owners: Owner[] = []

beforeAll(async () => {
  made = await mkdtemp(join(tmpdir(), 'letterdesk-made-'))
  dataDir = join(made, 'data')
  await stop(await start())
})
afterAll(() => rm(made, { recursive: true, force: true }))

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'letterdesk-embedded-')) // mode 0700: as root, no other account gets in
  dataDir = join(home, 'data')
  owners = []
  await promisify(execFile)('cp', ['-a', join(made, 'data'), dataDir]) // with the owner of the database's files
})
afterEach(async () => {
  for (const owner of owners) if (isAlive(owner)) await stop(owner)
  await killServerOf(dataDir)
  await rm(home, { recursive: true, force: true })
})

test('what was written is there after a stop and a start, and nothing of the server stays behind', async () => {
  await rm(dataDir, { recursive: true })
  const first = await start()
  await ask(first, "create table kept as select 'Привет' as word")
  await stop(first)
  const leftRunning =
    existsSync(join(dataDir, 'pg18/postmaster.pid')) || existsSync(join(dataDir, 'owner.lock'))

  const second = await start()

  expect(leftRunning).toBe(false)
  expect(await ask(second, 'select word from kept')).toEqual([{ word: 'Привет' }])
  const facts = await ask(
    second,
    `select rolsuper, datlocprovider, datlocale, pg_encoding_to_char(encoding) as encoding
     from pg_database, pg_roles where datname = current_database() and rolname = current_user`,
  )
  expect(facts).toEqual([{ rolsuper: false, datlocprovider: 'b', datlocale: 'C.UTF-8', encoding: 'UTF8' }])
})

test('a start after the owner was killed takes over the running server', async () => {
  const killed = await start()
  await ask(killed, 'create table kept as select 1 as one')
  await kill(killed)

  const next = await start()

  expect(next.said.postmasterPid).toBe(killed.said.postmasterPid)
  expect(await ask(next, 'select one from kept')).toEqual([{ one: 1 }])
})

test('a start after owner and server were killed clears what they left and recovers', async () => {
  const killed = await start()
  await ask(killed, 'create table kept as select 1 as one')
  await kill(killed)
  process.kill(killed.said.postmasterPid, 'SIGKILL')

  const next = await start()

  expect(next.said.postmasterPid).not.toBe(killed.said.postmasterPid)
  expect(await ask(next, 'select one from kept')).toEqual([{ one: 1 }])
})

test('a pid file whose number now belongs to another process does not stop a start', async () => {
  const first = await start()
  await stop(first)
  await writeFile(join(dataDir, 'pg18/postmaster.pid'), `${process.pid}\n.\n1\n5432\n.\n\n 1 1\nready   \n`)

  const next = await start()

  expect(await ask(next, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('while the owner lives a second start is refused with its pid', async () => {
  const first = await start()

  const second = await start()

  expect(second.said).toEqual({
    code: 'already-running',
    message: `already running as pid ${first.child.pid}`,
  })
  expect(await ask(first, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('of several starts after a crash exactly one becomes the owner', async () => {
  const killed = await start()
  await kill(killed)

  const rivals = await Promise.all([start(), start(), start()])

  expect(rivals.filter(rival => rival.said.postmasterPid === killed.said.postmasterPid)).toHaveLength(1)
  expect(rivals.filter(rival => rival.said.code === 'already-running')).toHaveLength(2)
})

test('a server killed under a living owner comes back with what was committed', async () => {
  const owner = await start()
  await ask(owner, 'create table kept as select 1 as one')

  process.kill(owner.said.postmasterPid, 'SIGKILL')

  await expect.poll(() => ask(owner, 'select one from kept').catch(() => 'away')).toEqual([{ one: 1 }])
})

test('data of another major version is refused with what to do', async () => {
  await rename(join(dataDir, 'pg18'), join(dataDir, 'pg17'))

  const refused = await start()

  expect(refused.said).toMatchObject({
    code: 'other-major-version',
    message: expect.stringContaining('empty DATA_DIR'),
  })
})

test('a server that does not start is refused with the end of its log', async () => {
  await appendFile(join(dataDir, 'pg18/postgresql.conf'), '\nno_such_setting = on\n')

  const refused = await start()

  expect(refused.said).toMatchObject({
    code: 'postgres-failed',
    message: expect.stringContaining('no_such_setting'),
  })
})

test('data that cannot be read is not made anew, and an initdb that fails says why', async () => {
  const version = join(dataDir, 'pg18/PG_VERSION')
  await rm(version)
  await symlink(version, version)
  const account = await choosePostgresAccount()
  const binaries = await preparePostgresBinaries(account)

  const refused = await start()
  const made = initCluster({
    folder: join(home, 'other'),
    account,
    binaries,
    password: 'x',
    flags: ['--no-such-flag'],
  })

  await expect(made).rejects.toMatchObject({
    code: 'initdb-failed',
    message: expect.stringContaining('no-such-flag'),
  })
  expect(refused.said).toMatchObject({ code: 'data-folder-not-ours' })
})

test('a path too long for a socket works, and its short folder goes with the server', async () => {
  dataDir = join(home, 'a-rather-long-folder-name'.repeat(4), 'data')

  const owner = await start()

  const socketFolder = new URL(owner.said.url).searchParams.get('host') ?? ''
  expect(await ask(owner, 'select 1 as one')).toEqual([{ one: 1 }])
  await kill(owner)
  const next = await start()
  expect(next.said).toEqual(owner.said)
  await stop(next)
  expect(existsSync(socketFolder)).toBe(false)
})

test('the server listens on no network address, and a session needs the password of the data folder', async () => {
  const owner = await start()
  const url = new URL(owner.said.url)
  url.password = 'wrong'

  const guess = new pg.Client({ connectionString: url.href }).connect()

  await expect(guess).rejects.toMatchObject({ code: '28P01' })
  const listening = await readFile(`/proc/${owner.said.postmasterPid}/net/tcp`, 'utf8')
  const addresses = await ask(
    owner,
    "select count(*)::int as many from pg_settings where name = 'listen_addresses' and setting = ''",
  )
  expect(addresses).toEqual([{ many: 1 }])
  expect(listening).not.toContain(':1538 00000000:0000 0A') // 5432 in hexadecimal, listening
})

async function start(): Promise<Owner> {
  const child = spawn(process.execPath, [program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] })
  const [line] = await once(createInterface(child.stdout), 'line')
  const owner: Owner = { child, said: JSON.parse(line) }
  if (owner.said.code !== undefined) await once(child, 'exit')
  owners.push(owner)
  return owner
}

async function stop(owner: Owner): Promise<void> {
  owner.child.stdin?.end('stop\n')
  await once(owner.child, 'exit')
}

async function kill(owner: Owner): Promise<void> {
  owner.child.kill('SIGKILL')
  await once(owner.child, 'exit')
}

function isAlive(owner: Owner): boolean {
  return owner.child.exitCode === null && owner.child.signalCode === null
}

/** After a test that failed half-way: the server of this data folder, and no other. */
async function killServerOf(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'pg18/postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n')[0])
  if (pid > 1 && pid !== process.pid) process.kill(pid, 'SIGQUIT')
}

async function ask(owner: Owner, statement: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: owner.said.url })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}
