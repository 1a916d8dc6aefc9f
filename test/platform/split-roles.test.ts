import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFreePorts } from '../support/free-ports.ts'
import { type NodeProcess, readiness, startNode, startTimeoutMs } from '../support/node-process.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'

let dataDir: string
let database: TestDatabase
let nodes: NodeProcess[]
let port: number

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-serve-'))
  database = await createEmptyDatabase()
  nodes = []
  port = (await findFreePorts(1))[0] ?? 0
})
afterEach(async () => {
  for (const node of nodes) node.child.kill('SIGTERM')
  await Promise.all(nodes.map(node => node.ended))
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})

test('the roles split over three processes on one database, and each stops by itself', {
  timeout: 120_000,
}, async () => {
  const own = { DATABASE_URL: database.url, SECRET_KEY: 'k'.repeat(40) }

  const [web, sync, worker] = ['web', 'sync', 'worker'].map(role => start({ ...own, ROLES: role }))

  await expect
    .poll(() => readiness(port), { timeout: startTimeoutMs })
    .toEqual({ status: 'ready', roles: ['web'] })
  await expect.poll(countNodes, { timeout: startTimeoutMs }).toBe(3)
  for (const node of [worker, sync, web]) node?.child.kill('SIGTERM')
  expect(await Promise.all([web, sync, worker].map(node => node?.ended))).toEqual([0, 0, 0])
  expect(await countNodes()).toBe(0)
})

function start(env: Record<string, string>): NodeProcess {
  const node = startNode({ DATA_DIR: dataDir, PORT: String(port), ...env })
  nodes.push(node)
  return node
}

/** Nodes alive by their heartbeat; none before the schema is there. */
async function countNodes(): Promise<number> {
  const found = await database.pool
    .query("select count(*) as alive from instance where alive_at > clock_timestamp() - interval '15 s'")
    .catch(() => undefined)
  return found?.rows[0]?.alive ?? 0
}
