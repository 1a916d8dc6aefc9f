import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { findFreePorts } from '../support/free-ports.ts'
import { type NodeProcess, readiness, startNode, startTimeoutMs } from '../support/node-process.ts'
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

function start(env: Record<string, string>): NodeProcess {
  const node = startNode({ DATA_DIR: dataDir, PORT: String(port), ...env })
  nodes.push(node)
  return node
}
