import { EventEmitter } from 'node:events'
import {
  Logger,
  parseCronItems,
  type Runner,
  run,
  runMigrations,
  type TaskList,
  type WorkerEvents,
} from 'graphile-worker'
import type { Db } from '../db/database.ts'
import { instanceSilenceMs } from '../db/instances.ts'
import { openWaitingPool } from '../db/waiting-pool.ts'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { JOB_NAMES, type JobHandlers, type JobName } from './job-list.ts'
import { unlockDeadPools } from './jobs.queries.ts'
import { SCHEDULE } from './schedule.ts'

/** The running jobs of this process. */
export type RunningJobs = {
  /** Takes no new job, waits for those under way. */
  stop: () => Promise<void>
  status: () => { isRunning: boolean }
  /** Resolves after `stop`; rejects when the engine gave up by itself, which should end the process. */
  ended: Promise<void>
}

export type RunJobsOptions = {
  db: Db
  /** A direct connection or a session pooler: the engine listens. */
  directUrl: string
  log: Log
  /** Our row in `instance`: whoever sees its heartbeat stop frees our jobs. */
  instanceId: number
  handlers: JobHandlers
}

const concurrency = 4
// One listens. The others ask and report for a millisecond each: one connection for each of them would stay open, with 3 MB.
const maxConnections = 2
const pollMs = 1_000
const deadCheckMs = 1_000

/**
 * Brings the engine's own schema (`graphile_worker`) to this version. Run it with our migrations:
 * `enqueueJobs` needs it, also on nodes that run no jobs. Safe on several nodes at once.
 */
export async function migrateJobs(options: { directUrl: string; log: Log }): Promise<void> {
  const { directUrl, log } = options
  // A pool of ours, closed for sure: a server that stops right after would end its last session, and the process with it.
  const { pool, close } = openWaitingPool({ url: directUrl, maxConnections: 2, log })
  try {
    await runMigrations({ pgPool: pool, logger: quietLogger(log) })
  } finally {
    await close()
  }
}

/**
 * Runs the jobs of the list with graphile-worker, 4 at a time, and its clock work. A job whose node
 * died is free again when that node's heartbeat stopped (the engine alone would wait for 4 hours).
 *
 * @throws AppError `job-without-handler` when a name of the list has none; what the database threw when it was away: then
 *   nothing runs
 */
export async function runJobs(options: RunJobsOptions): Promise<RunningJobs> {
  const events: WorkerEvents = new EventEmitter()
  nameThePool(events, options.instanceId)
  logFailures(events, options.log)
  const taskList = toTasks(options.handlers)
  await freeDeadPools(options)
  const { pool, close } = openWaitingPool({ ...options, url: options.directUrl, maxConnections })
  const starting = run({
    pgPool: pool,
    concurrency,
    pollInterval: pollMs,
    noHandleSignals: true,
    logger: quietLogger(options.log),
    events,
    taskList,
    parsedCronItems: parseCronItems(
      SCHEDULE.map(({ job, at }) => ({ task: job, match: at, identifier: job })),
    ),
  })
  const runner = await starting.catch(async cause => {
    await close()
    throw cause
  })
  const timer = setInterval(() => void freeDeadPools(options), deadCheckMs)
  const running = watchRunner(runner, () => clearInterval(timer))
  const stop = async () => {
    if (!running.status().isRunning) return
    await running.stop()
    await close()
  }
  return { ...running, stop }
}

function watchRunner(runner: Runner, cleanUp: () => void): RunningJobs {
  let state: 'running' | 'stopping' | 'ended' = 'running'
  const ended = runner.promise.finally(cleanUp).then(() => {
    const wasAsked = state === 'stopping'
    state = 'ended'
    if (!wasAsked) throw new AppError('jobs-ended', 'the job engine stopped by itself')
  })
  ended.catch(() => cleanUp()) // whoever runs us awaits `ended`; nobody may have yet
  const stop = async () => {
    if (state !== 'running') return
    state = 'stopping'
    cleanUp()
    await runner.stop()
  }
  return { stop, status: () => ({ isRunning: state === 'running' }), ended }
}

function toTasks(handlers: JobHandlers): TaskList {
  const missing = JOB_NAMES.filter(name => typeof handlers[name] !== 'function')
  if (missing.length > 0) {
    throw new AppError('job-without-handler', `no handler for ${missing.join(', ')}`, { missing })
  }
  const task = (name: JobName) => [name, async (payload: unknown) => await handlers[name](payload as never)]
  return Object.fromEntries(JOB_NAMES.map(task)) as TaskList
}

/** The pool's id is what `locked_by` holds; with our instance in it a dead node's jobs can be told. */
function nameThePool(events: WorkerEvents, instanceId: number): void {
  events.on('pool:create', ({ workerPool }) => {
    workerPool.id = `instance-${instanceId}-${workerPool.id}`
  })
}

async function freeDeadPools({ db, log }: RunJobsOptions): Promise<void> {
  try {
    const pools = await unlockDeadPools(db, instanceSilenceMs)
    if (pools.length > 0) log.warn({ pools }, 'jobs of a dead node freed')
  } catch (error) {
    log.warn({ err: describeError(error) }, 'jobs of dead nodes not looked for')
  }
}

function logFailures(events: WorkerEvents, log: Log): void {
  events.on('job:error', ({ job, error }) => {
    const facts = { job: job.task_identifier, jobId: job.id, attempt: job.attempts, code: codeOf(error) }
    log.warn(facts, 'job failed, will be tried again')
  })
  events.on('job:failed', ({ job, error }) => {
    log.error({ job: job.task_identifier, jobId: job.id, code: codeOf(error) }, 'job given up')
  })
  events.on('pool:listen:error', () => log.warn({}, 'job engine lost its connection'))
}

/** A code, or the class of a foreign error: its message may quote mail. */
function codeOf(error: unknown): string {
  if (error instanceof AppError) return error.code
  return error instanceof Error ? error.name : 'unknown'
}

/** The engine's own lines may quote errors and payloads: they are for debugging only. */
function quietLogger(log: Log): Logger {
  return new Logger(() => (_level, message) => log.debug({ engine: 'jobs' }, message))
}
