import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type App, buildApp } from '../../src/app.ts'
import { startRoles, stopRoles } from '../../src/commands/run-roles.ts'
import { loadConfig } from '../../src/config.ts'
import { listDeadInstances } from '../../src/db/instances.ts'
import { createLog } from '../../src/lib/log.ts'
import { readOrMakeSecretKey } from '../../src/lib/secret-key.ts'
import { createEmptyDatabase, runAsSuperuser, type TestDatabase } from '../support/postgres.ts'

const log = createLog({ level: 'silent' })
const { signal } = new AbortController()
let database: TestDatabase
let dataDir: string
const build = (env: Record<string, string> = {}) => {
  const own = { DATABASE_URL: database.url, SECRET_KEY: 'k'.repeat(40), DATA_DIR: dataDir }
  return buildApp(loadConfig({ ...own, ...env }).config, { practice: false }, log)
}
const openSessions = async () => {
  const found = await database.pool.query(
    `select application_name from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
     and application_name in ('letterdesk', 'letterdesk bells', 'letterdesk migrate')`,
  )
  return found.rows
}

beforeEach(async () => {
  database = await createEmptyDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-app-'))
})
afterEach(async () => {
  await database.drop()
  await rm(dataDir, { recursive: true })
})

test('the first start on an own database makes schema and keys; a stop closes all and is seen by other nodes', async () => {
  const app = await build()
  const keyId = app.keys.active('tokens').id
  const row = await app.db.selectFrom('instance').select('id').where('id', '=', app.instanceId).execute()

  await app.stop()

  expect(row).toHaveLength(1)
  expect(keyId).toBeGreaterThan(0)
  expect(await listDeadInstances(database.db)).toEqual([app.instanceId])
  await expect.poll(openSessions).toEqual([])
})

test('another secret key than the one the database was made with is refused, and nothing stays open', async () => {
  const first = await build()
  await first.stop()

  const second = build({ SECRET_KEY: 'x'.repeat(40) })

  await expect(second).rejects.toMatchObject({ code: 'wrong-secret-key' })
  await expect.poll(openSessions).toEqual([])
})

test('with MIGRATE=no an empty database is refused with the command to run', async () => {
  const starting = build({ MIGRATE: 'no' })

  await expect(starting).rejects.toMatchObject({
    code: 'schema-too-old',
    message: expect.stringContaining('letterdesk migrate'),
  })
})

test('a server older than Postgres 15 is refused before anything is written to it', async () => {
  // What it says of its version, through a function that is found before the real one.
  await database.pool.query(`create schema older;
    create function older.current_setting(text) returns text language sql as $$ select '140011' $$`)
  const name = new URL(database.url).pathname.slice(1)
  await database.pool.query(`alter database ${name} set search_path = older, public, pg_catalog`)

  const starting = build()

  await expect(starting).rejects.toMatchObject({ code: 'postgres-too-old', details: { version: 140_011 } })
  const { rows } = await database.pool.query("select to_regclass('public.migration') as made")
  expect(rows).toEqual([{ made: null }])
})

test('a database in another encoding, and one whose text sorts otherwise by now, are refused as that', async () => {
  const ascii = await createEmptyDatabase(
    "template template0 encoding 'SQL_ASCII' locale_provider libc locale 'C'",
  )
  const sorted = await createEmptyDatabase("template template0 locale_provider icu icu_locale 'en'")
  const name = new URL(sorted.url).pathname.slice(1)
  await runAsSuperuser(`update pg_database set datcollversion = '1' where datname = '${name}'`)

  const starts = await Promise.allSettled([
    build({ DATABASE_URL: ascii.url }),
    build({ DATABASE_URL: sorted.url }),
  ])

  await Promise.all([ascii.drop(), sorted.drop()])
  expect(starts).toMatchObject([
    { reason: { code: 'database-not-utf8' } },
    { reason: { code: 'collation-changed', message: expect.stringContaining('reindex database') } },
  ])
})

test('a stop closes everything, although the database refuses a step of it', async () => {
  const app = await build()
  await database.pool.query('alter table instance rename to instance_away')

  await app.stop()

  await expect.poll(openSessions).toEqual([])
})

test('a role that does not end its stop keeps neither the others nor the database', async () => {
  const app = await build()
  const stopped: string[] = []
  const starter = (name: string) => async () => ({
    stop: async () => {
      if (name === 'worker') await new Promise(() => undefined)
      stopped.push(name)
    },
    status: () => ({ isReady: true }),
  })
  const starters = { worker: starter('worker'), web: starter('web'), sync: starter('sync') }
  await startRoles(app, starters, { died: () => stopped.push('died'), signal })

  await stopRoles(app, 10)

  expect(stopped).toEqual(['sync', 'web'])
  await app.stop()
})

test('roles start in order and stop in reverse, and one that fails to stop keeps none of the others', async () => {
  const app = await build()
  const seen: string[] = []
  const starter = (name: string) => async (given: App) => {
    seen.push(`start ${name}`)
    const stop = async () => {
      seen.push(`stop ${name}`)
      if (name === 'sync') throw new RangeError('stuck')
    }
    return { stop, status: () => ({ isReady: given.instanceId > 0 }) }
  }
  const starters = { worker: starter('worker'), web: starter('web'), sync: starter('sync') }

  await startRoles(app, starters, { died: () => seen.push('died'), signal })
  const ready = [...app.roles.values()].map(role => role.status().isReady)
  await stopRoles(app)

  expect(seen).toEqual(['start web', 'start sync', 'start worker', 'stop worker', 'stop sync', 'stop web'])
  expect(ready).toEqual([true, true, true])
  await app.stop()
})

test('a stop does not wait for a database that is away during the start', async () => {
  const app = await build()
  const stopping = new AbortController()
  const start = async () => {
    stopping.abort()
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
  }

  await startRoles(
    app,
    { web: start, sync: start, worker: start },
    { died: () => undefined, signal: stopping.signal },
  )

  expect([...app.roles.keys()]).toEqual([])
  await app.stop()
})

test('a role that dies is reported with its name, once', async () => {
  const app = await build({ ROLES: 'worker' })
  const died = Promise.withResolvers<Error>()
  const dying = Promise.withResolvers<void>()
  const start = async () => ({
    stop: async () => undefined,
    status: () => ({ isReady: false }),
    ended: dying.promise,
  })
  await startRoles(app, { web: start, sync: start, worker: start }, { died: died.resolve, signal })

  dying.reject(new RangeError('engine gave up'))

  expect(await died.promise).toMatchObject({ code: 'role-died', details: { role: 'worker' } })
  expect([...app.roles.keys()]).toEqual(['worker'])
  await app.stop()
})

test('the secret key of a data folder is made once, for its owner only, also by several at once', async () => {
  const keys = await Promise.all([1, 2, 3].map(() => readOrMakeSecretKey(dataDir, randomBytes)))

  const path = join(dataDir, 'keys/secret.key')
  expect(new Set(keys)).toEqual(new Set([(await readFile(path, 'utf8')).trim()]))
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await truncate(path, 20)
  await expect(readOrMakeSecretKey(dataDir, randomBytes)).rejects.toMatchObject({ code: 'bad-secret-key' })
})
