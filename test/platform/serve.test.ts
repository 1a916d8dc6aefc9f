import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm, symlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFreePorts } from '../support/free-ports.ts'
import { type NodeProcess, readiness, startNode, startTimeoutMs } from '../support/node-process.ts'
import { createEmptyDatabase } from '../support/postgres.ts'
import { makeTemplate, startPostgresServer, templateName } from '../support/postgres-server.ts'
import { waitUntil } from '../support/wait-until.ts'

let dataDir: string
let nodes: NodeProcess[]
let port: number

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-serve-'))
  nodes = []
  port = (await findFreePorts(1))[0] ?? 0
})
afterEach(async () => {
  for (const node of nodes) node.child.kill('SIGTERM')
  await Promise.all(nodes.map(node => node.ended))
  await rm(dataDir, { recursive: true, force: true })
})

test('one process does everything, refuses a second on its folder, and leaves nothing running', {
  timeout: 120_000,
}, async () => {
  const first = start({})
  const ready = async () => {
    const seen = await readiness(port)
    return typeof seen === 'object' && seen.status === 'ready' ? seen : undefined
  }
  const sight = await waitUntil('it is ready', ready, { withinMs: startTimeoutMs, everyMs: 5 })
  expect(sight.roles).toEqual(['web', 'sync', 'worker']) // not as soon as the first of them has started

  const second = start({ PORT: '1' })

  expect(await second.ended).toBe(1)
  expect(second.said()).toContain(`already running as pid ${first.child.pid}`)
  first.child.kill('SIGINT')
  first.child.kill('SIGINT') // npm passes on what the terminal has already sent
  expect(await first.ended).toBe(0)
  expect(existsSync(join(dataDir, 'pg18/postmaster.pid')) || existsSync(join(dataDir, 'owner.lock'))).toBe(
    false,
  )
})

test('a signal during the start ends it cleanly once it is through', { timeout: 120_000 }, async () => {
  const node = start({})
  await expect.poll(node.said, { timeout: startTimeoutMs, interval: 5 }).toContain('database made')

  node.child.kill('SIGTERM')

  expect(await node.ended).toBe(0)
  expect(existsSync(join(dataDir, 'owner.lock'))).toBe(false)
})

test('a port that is taken ends the start with the port in the answer, and the database with it', {
  timeout: 120_000,
}, async () => {
  const squatter = createServer().listen(port, '127.0.0.1')
  await once(squatter, 'listening')

  const node = start({})

  expect(await node.ended).toBe(1)
  expect(node.said()).toContain(`port ${port} is in use`)
  expect(existsSync(join(dataDir, 'pg18/postmaster.pid'))).toBe(false)
  squatter.close()
})

test('a node whose database goes away while its worker starts waits for it and is ready when it is back', {
  timeout: 240_000,
}, async () => {
  const database = await startPostgresServer('embedded', { isDurable: true })
  try {
    await makeTemplate(database)
    const url = new URL(database.superuserUrl)
    url.pathname = `/${templateName}`
    const holding = new pg.Client({ connectionString: url.href })
    holding.on('error', () => undefined) // it goes with the server
    await holding.connect()
    // The worker puts a job in at its start: it stands in the middle of that when the server goes.
    await holding.query('begin; lock table graphile_worker._private_jobs in access exclusive mode')
    const own = { DATABASE_URL: database.urlOf(templateName), SECRET_KEY: 'k'.repeat(40) }
    const node = start({ ...own, ROLES: 'sync,worker' })
    const isHeld = async () => {
      const { rows } = await holding.query<{ count: number }>(
        'select count(*)::int as count from pg_locks where not granted',
      )
      return (rows[0]?.count ?? 0) > 0 || undefined
    }
    await waitUntil('it is held up in its start', isHeld, { withinMs: startTimeoutMs })

    await database.stopAtOnce()
    const isWaiting = () => node.said().includes('the database went away during the start') || undefined
    await waitUntil('it waits for the database', isWaiting, { withinMs: startTimeoutMs })
    const meanwhile = node.said()
    await database.startAgain()

    const isReady = () => node.said().includes('"msg":"ready"') || undefined
    await waitUntil('it is ready', isReady, { withinMs: startTimeoutMs })
    expect(meanwhile).not.toContain('"msg":"ready"')
    node.child.kill('SIGTERM')
    expect(await node.ended).toBe(0)
  } finally {
    for (const node of nodes) node.child.kill('SIGKILL')
    await database.stop()
  }
})

test('a node that is there before its database waits for it, and ends by a signal meanwhile', {
  timeout: 120_000,
}, async () => {
  const database = await createEmptyDatabase()
  const url = new URL(database.url)
  const sockets = url.searchParams.get('host') ?? ''
  const place = join(dataDir, 'sockets')
  url.searchParams.set('host', place)
  try {
    const own = { DATABASE_URL: url.href, SECRET_KEY: 'k'.repeat(40) }
    const [node, other] = [start(own), start({ ...own, PORT: '1' })]
    for (const one of [node, other]) {
      const isWaiting = () => one.said().includes('cannot be reached, the start goes on') || undefined
      await waitUntil('it waits for the database', isWaiting, { withinMs: startTimeoutMs })
    }
    other.child.kill('SIGTERM')
    expect(await other.ended).toBe(0)

    await symlink(sockets, place)

    const isReady = () => node.said().includes('"msg":"ready"') || undefined
    await waitUntil('it is ready', isReady, { withinMs: startTimeoutMs })
    node.child.kill('SIGTERM')
    expect(await node.ended).toBe(0)
  } finally {
    for (const node of nodes) node.child.kill('SIGKILL')
    await Promise.all(nodes.map(node => node.ended))
    await database.drop()
  }
})

function start(env: Record<string, string>): NodeProcess {
  const node = startNode({ DATA_DIR: dataDir, PORT: String(port), ...env })
  nodes.push(node)
  return node
}
