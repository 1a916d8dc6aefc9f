import { sql } from 'kysely'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { type Db, inTransaction, openDatabase } from '../../src/db/database.ts'
import { cleanUp } from '../../src/jobs/clean-up.ts'
import { enqueueJobs } from '../../src/jobs/enqueue.ts'
import { type JobHandlers, type JobName, type Jobs, jobAttempts } from '../../src/jobs/job-list.ts'
import { countJobs } from '../../src/jobs/jobs.queries.ts'
import { migrateJobs, runJobs } from '../../src/jobs/run-jobs.ts'
import { createLog } from '../../src/lib/log.ts'
import { EXPIRING_ROWS } from '../../src/roles/expiring-rows.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'
import { makeTemplate, startPostgresServer, templateName } from '../support/postgres-server.ts'
import { startJobHolder } from './job-holder.ts'

const log = createLog({ level: 'silent' })
let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  await migrateJobs({ directUrl: database.url, log })
})

afterAll(async () => await database.drop())

const addInstance = async (db: Db = database.db): Promise<number> => {
  const row = await db.insertInto('instance').defaultValues().returning('id').executeTakeFirstOrThrow()
  return row.id
}

type Where = { db: Db; directUrl: string }

async function start(handlers: Partial<JobHandlers>, where?: Where) {
  const { db, directUrl } = where ?? { db: database.db, directUrl: database.url }
  const running = await runJobs({
    db,
    directUrl,
    log,
    instanceId: await addInstance(db),
    handlers: {
      acknowledge_ticket: async () => undefined,
      settle_proven_mail: async () => undefined,
      mail_agent: async () => undefined,
      mail_failures: async () => undefined,
      find_digests: async () => undefined,
      mail_digest: async () => undefined,
      keep_live_partitions: async () => undefined,
      watch_dkim_records: async () => undefined,
      watch_health: async () => undefined,
      check_domains: async () => undefined,
      send_canaries: async () => undefined,
      send_canary: async () => undefined,
      tell_alert: async () => undefined,
      wake_tickets: async () => undefined,
      release_team_tickets: async () => undefined,
      empty_trash: async () => undefined,
      free_blobs: async () => undefined,
      seal_anew: async () => undefined,
      clean_up: async () => undefined,
      ...handlers,
    },
  })
  onTestFinished(async () => await running.stop())
  return running
}

test('a start without a handler for every job of the list fails', async () => {
  const handlers: Partial<JobHandlers> = { mail_agent: async () => undefined }

  const started = runJobs({
    db: database.db,
    directUrl: database.url,
    log,
    instanceId: 1,
    handlers: handlers as JobHandlers,
  })

  await expect(started).rejects.toMatchObject({ code: 'job-without-handler' })
})

test('jobs exist when their transaction commits and not when it rolls back', async () => {
  const done: Jobs['acknowledge_ticket'][] = []
  await start({
    acknowledge_ticket: async payload => {
      done.push(payload)
    },
  })
  const enqueue = (ticketId: number, fails: Error | null) =>
    inTransaction(database.db, async tx => {
      const job = (messageId: number) =>
        ({ name: 'acknowledge_ticket', payload: { ticketId, messageId } }) as const
      await enqueueJobs(tx, [job(1), job(2)])
      if (fails) throw fails
    })

  await expect(enqueue(7, new RangeError('rolled back'))).rejects.toThrow('rolled back')
  await enqueue(8, null)

  await vi.waitFor(() => expect(done).toHaveLength(2), { timeout: 10_000 })
  expect(done.map(payload => payload.ticketId)).toEqual([8, 8])
})

test('a job that fails is tried again', async () => {
  let tries = 0
  await start({
    mail_agent: async () => {
      tries++
      if (tries === 1) throw new RangeError('not yet')
    },
  })

  await inTransaction(database.db, tx => enqueueJobs(tx, [{ name: 'mail_agent', payload: { linkId: 1 } }]))

  await vi.waitFor(() => expect(tries).toBe(2), { timeout: 15_000 })
})

test('alerts, links and digests are tried for about 3 days', async () => {
  const { db, pool } = database
  await start({
    tell_alert: async () => {
      throw new RangeError('the mail server is down')
    },
  })
  const tries = Array.from({ length: 12 }, (_, n) => n)
  const payload = { alertId: 1, what: 'opened', agentId: null }

  await inTransaction(db, async tx => {
    await enqueueJobs(
      tx,
      tries.map(n => ({ name: 'tell_alert', payload, key: `tell_${n}` })),
    )
    await sql`update graphile_worker._private_jobs set attempts = split_part(key, '_', 2)::int
      where key like 'tell_%'`.execute(tx)
  })

  const waits = await vi.waitFor(
    async () => {
      const { rows } = await pool.query<{ seconds: number }>(
        `select extract(epoch from run_at - created_at)::float8 as seconds from graphile_worker.jobs
          where key like 'tell_%' and last_error is not null and locked_at is null order by attempts`,
      )
      expect(rows).toHaveLength(tries.length)
      return rows.map(({ seconds }) => seconds)
    },
    { timeout: 15_000 },
  )
  const longest = waits.at(-1) ?? 0
  const days = (name: JobName) =>
    Array.from({ length: jobAttempts[name] - 1 }, (_, n) => waits[n] ?? longest).reduce(
      (sum, one) => sum + one,
    ) / 86_400
  for (const name of ['tell_alert', 'mail_agent', 'mail_failures', 'mail_digest'] as const)
    expect(days(name)).toBeCloseTo(3, 0)
})

test('the job of a killed node is taken over when its heartbeat is 15 s old', async () => {
  const deadInstanceId = await addInstance()
  const holder = await startJobHolder({ url: database.url, instanceId: deadInstanceId })
  onTestFinished(() => holder.kill())
  await inTransaction(database.db, tx => enqueueJobs(tx, [{ name: 'clean_up', payload: {} }]))
  await holder.holdsJob
  const taken: string[] = []
  await start({
    clean_up: async () => {
      taken.push('clean_up')
    },
  })

  holder.kill()

  // The heartbeat is the row's: set back by 14 s, the last second is waited for.
  await database.pool.query("update instance set alive_at = alive_at - interval '14 s' where id = $1", [
    deadInstanceId,
  ])
  await vi.waitFor(() => expect(taken).toEqual(['clean_up']), { timeout: 15_000 })
})

test('what has expired is deleted and nothing else', async () => {
  const { db } = database
  const agent = await db
    .insertInto('agent')
    .values({ email: 'ada@example.org', name: 'Ada', role: 'agent', state: 'active' })
    .returning('id')
    .executeTakeFirstOrThrow()
  const session = (hash: string, expiresAt: Date) => ({
    token_hash: Buffer.from(hash),
    agent_id: agent.id,
    csrf_token: 'x',
    expires_at: expiresAt,
  })
  const [past, future] = [new Date(Date.now() - 1_000), new Date(Date.now() + 60_000)]
  await db
    .insertInto('session')
    .values([session('old', past), session('new', future)])
    .execute()

  await cleanUp({ db, log }, EXPIRING_ROWS)

  const left = await db.selectFrom('session').select('token_hash').execute()
  expect(left.map(row => String(row.token_hash))).toEqual(['new'])
})

test('a job that ends while the database is away is done once, and nothing else ends with it', async () => {
  const server = await startPostgresServer('embedded', { isDurable: true })
  onTestFinished(async () => await server.stop())
  await makeTemplate(server)
  const url = server.urlOf(templateName)
  const { db, close } = openDatabase({ url, log, maxConnections: 2 })
  onTestFinished(close)
  const faults: unknown[] = []
  const unheard = (fault: unknown) => faults.push(fault)
  process.on('unhandledRejection', unheard)
  onTestFinished(() => void process.off('unhandledRejection', unheard))
  let runs = 0
  const away = Promise.withResolvers<void>()
  await start(
    {
      acknowledge_ticket: async () => {
        runs += 1
        if (runs > 1) return
        await server.stopAtOnce()
        away.resolve()
      },
    },
    { db, directUrl: url },
  )
  await inTransaction(db, tx =>
    enqueueJobs(tx, [{ name: 'acknowledge_ticket', payload: { ticketId: 1, messageId: 1 } }]),
  )

  await away.promise
  await vi.waitFor(() => expect(runs).toBe(1))
  await server.startAgain()

  await vi.waitFor(
    async () =>
      expect((await countJobs(db)).find(({ name }) => name === 'acknowledge_ticket')).toBeUndefined(),
    { timeout: 20_000 },
  )
  expect(runs).toBe(1)
  expect(faults).toEqual([])
}, 60_000)
