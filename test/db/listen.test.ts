import { once } from 'node:events'
import { connect, createServer, type Server } from 'node:net'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Bells, openBells } from '../../src/db/listen.ts'
import { createLog } from '../../src/lib/log.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

const log = createLog({ level: 'silent' })
let database: TestDatabase
let here: Bells
let there: Bells

beforeAll(async () => {
  database = await createDatabase()
  here = await openBells({ directUrl: database.url, log })
  there = await openBells({ directUrl: database.url, log })
})
afterAll(async () => {
  await Promise.all([here.close(), there.close()])
  await database.drop()
})

test('a bell is heard on every node and on its own channel only', async () => {
  const heard: string[] = []
  const stops = [
    here.on('ledger', () => heard.push('here')),
    there.on('ledger', () => heard.push('there')),
    there.on('outbox', () => heard.push('wrong channel')),
  ]

  here.ring('ledger')

  await vi.waitFor(() => expect(heard.toSorted()).toEqual(['here', 'there']), { interval: 5 })
  for (const stop of stops) stop()
})

test('a hundred bells at once are merged, and one rung later is not swallowed', async () => {
  let heard = 0
  const stop = there.on('live', () => heard++)

  for (let i = 0; i < 100; i++) here.ring('live')

  await vi.waitFor(() => expect(heard).toBe(1), { interval: 5 })
  here.ring('live')
  await vi.waitFor(() => expect(heard).toBe(2), { interval: 5 })
  stop()
})

test('after its connection was killed a node hears again, and looks once for what it missed', async () => {
  let heard = 0
  const stop = there.on('mailboxes', () => heard++)

  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'letterdesk bells' and datname = current_database()`.execute(database.db)

  await vi.waitFor(() => expect(heard).toBe(1), { timeout: 5_000 })
  here.ring('mailboxes')
  await vi.waitFor(() => expect(heard).toBeGreaterThan(1), { timeout: 5_000 })
  stop()
})

test('behind a pooler that swallows notifications the start is refused, saying what to set', async () => {
  const pooler = await startDeafProxy(database.url)

  const opening = openBells({ directUrl: pooler.url, log })

  await expect(opening).rejects.toMatchObject({
    code: 'bells-unheard',
    message: expect.stringContaining('DATABASE_DIRECT_URL'),
  })
  pooler.server.close()
})

/** Forwards Postgres's protocol and drops each NotificationResponse ('A'), as a transaction pooler does. */
async function startDeafProxy(url: string): Promise<{ url: string; server: Server }> {
  const target = new URL(url)
  const socket = `${target.searchParams.get('host')}/.s.PGSQL.5432`
  const server = createServer(client => {
    const upstream = connect(socket)
    let rest = Buffer.alloc(0)
    client.pipe(upstream)
    upstream.on('data', chunk => {
      rest = Buffer.concat([rest, chunk])
      while (rest.length >= 5 && rest.length >= 1 + rest.readUInt32BE(1)) {
        const message = rest.subarray(0, 1 + rest.readUInt32BE(1))
        rest = rest.subarray(message.length)
        if (message[0] !== 'A'.charCodeAt(0)) client.write(message)
      }
    })
    upstream.on('error', () => client.destroy())
    client.on('error', () => upstream.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  target.searchParams.delete('host')
  target.hostname = '127.0.0.1'
  target.port = String(address.port)
  return { url: target.href, server }
}
