import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ApiServer } from '../../src/api/handle.ts'
import { type App, buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createLog } from '../../src/lib/log.ts'
import { buildServer, type LiveSources } from '../../src/roles/web.ts'
import { startLiveFeed } from '../../src/tickets/live-feed.ts'
import { followPresence } from '../../src/tickets/presence.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let dataDir: string
let app: App
let live: LiveSources
let server: ApiServer

beforeAll(async () => {
  database = await createEmptyDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-golden-'))
  const env = {
    DATABASE_URL: database.url,
    SECRET_KEY: 'a secret key for tests, 32 characters+',
    DATA_DIR: dataDir,
  }
  const log = createLog({ level: 'silent' })
  app = await buildApp(loadConfig(env).config, { practice: false }, log)
  live = { feed: await startLiveFeed(app), presence: followPresence(app) }
  server = await buildServer(app, live)
  await server.ready()
})

afterAll(async () => {
  await server.close()
  await live.presence.stop()
  await live.feed.stop()
  await app.stop()
  await database.drop()
  await rm(dataDir, { recursive: true })
})

/** A row is added by hand or with WRITE_GOLDEN=yes, and read in review: it says who may call a route. */
async function golden(name: string, actual: string): Promise<string> {
  const file = join(import.meta.dirname, '..', 'golden', name)
  if (process.env.WRITE_GOLDEN === 'yes') await writeFile(file, actual)
  return await readFile(file, 'utf8')
}

test('every route is in the list of who may call it', async () => {
  const rows = server.routeTable
    .filter(row => !row.path.startsWith('/api/docs/static/') && !isBundleFile(row.path))
    .map(row => `${row.access.padEnd(6)} ${row.method.padEnd(6)} ${row.path}`)

  const actual = `${[...new Set(rows)].sort().join('\n')}\n`

  expect(actual).toBe(await golden('routes.txt', actual))
})

test('the description of the API is the one that was agreed on', async () => {
  const answer = await ask('GET', '/api/v1/openapi.json')

  const { paths, ...rest } = answer.json() as { paths: Record<string, Record<string, unknown>> }
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => `${method} ${path} ${JSON.stringify(route)}`),
  )
  const actual = `${JSON.stringify(rest)}\n${routes.sort().join('\n')}\n`

  expect(answer.statusCode).toBe(200)
  expect(actual).toBe(await golden('openapi.txt', actual))
})

test('nobody who is not signed in gets past a route that asks for more', async () => {
  const closed = server.routeTable.filter(row => row.access !== 'anyone')

  const answers = await Promise.all(
    closed.map(async row => {
      const url = row.path.replace(/:\w+/g, '1')
      const answer = await ask(row.method, url)
      return `${answer.statusCode} ${row.method} ${row.path}`
    }),
  )

  expect(closed.length).toBeGreaterThan(30)
  expect(answers.filter(answer => !answer.startsWith('401 '))).toEqual([])
})

type Answer = { statusCode: number; json: () => unknown }

function ask(method: string, url: string): Promise<Answer> {
  return server.inject({ method: method as 'GET', url })
}

function isBundleFile(path: string): boolean {
  return (
    path === '/' ||
    path.startsWith('/assets/') ||
    /\.(svg|png|ico|webmanifest|html|woff2|js|css|txt)$/.test(path)
  )
}
