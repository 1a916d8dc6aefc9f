import { type App, buildApp, type StartOptions } from '../app.ts'
import type { Config, Environment, LoadedConfig } from '../config.ts'
import { onceThere } from '../db/once-there.ts'
import { describeError, stackOf } from '../lib/app-error.ts'
import { createLog, type Log } from '../lib/log.ts'
import * as sync from '../roles/sync.ts'
import * as web from '../roles/web.ts'
import * as worker from '../roles/worker.ts'
import { ensureWebBundle } from './build-web.ts'
import { writeCompiled } from './keep-compiled.ts'
import { type RoleStarters, startRoles, stopRoles } from './run-roles.ts'

/** Why the process should end: a signal, or what broke. */
type End = { signal: string } | { error: unknown }

const stopLimitMs = 20_000 // supervisors send SIGKILL after 30 s (Kubernetes) or 90 s (systemd)
const starters: RoleStarters = { web: web.start, sync: sync.start, worker: worker.start }

/**
 * `letterdesk serve`: starts the roles of `ROLES`, runs until SIGTERM or SIGINT, and stops within 20 s.
 *
 * An own database that is not there yet is waited for.
 *
 * @returns 0 after a signal, 1 when a role died or something nobody caught was thrown
 * @throws AppError when the start failed
 */
export async function serve(
  options: StartOptions,
  env: Environment,
  { config, warnings }: LoadedConfig,
): Promise<number> {
  const log = createLog({ level: config.logLevel })
  for (const warning of warnings) log.warn({}, warning)
  const ending = waitForEnd(log)
  const app = await buildOnceThere(config, options, { log, signal: ending.signal })
  if (app === undefined) return 0
  try {
    await startAll(app, env, ending)
    if (!ending.signal.aborted) sayReady(config, log)
    writeCompiled()
    const end = await ending.reason
    if ('signal' in end) {
      log.info({ signal: end.signal }, 'stopping')
      return 0
    }
    log.fatal(
      { err: describeError(end.error), stack: stackOf(end.error) },
      'ending, so that a whole process is started',
    )
    return 1
  } finally {
    await stopRoles(app)
    await app.stop()
    log.info({}, 'stopped')
  }
}

/** The embedded database is our own to start: one that cannot be reached then is a fault. */
async function buildOnceThere(
  config: Config,
  options: StartOptions,
  { log, signal }: { log: Log; signal: AbortSignal },
): Promise<App | undefined> {
  const build = () => buildApp(config, options, log)
  if (config.database.kind === 'embedded') return await build()
  const waiting =
    'the database of DATABASE_URL cannot be reached, the start goes on when it is there: is it running, and are host and port right?'
  return await onceThere(build, { log, signal, waiting })
}

async function startAll(app: App, env: Environment, { end, signal }: Ending): Promise<void> {
  if (app.config.roles.includes('web')) await ensureWebBundle({ log: app.log, env })
  await startRoles(app, starters, { died: error => end({ error }), signal })
}

/** `signal` is aborted by the first reason to end. */
type Ending = { reason: Promise<End>; end: (end: End) => void; signal: AbortSignal }

/**
 * Listens from the first moment on; a signal during the start takes effect after it, or once it has to wait for the
 * database. Further signals change nothing: npm passes on the one the terminal sent to both.
 */
function waitForEnd(log: Log): Ending {
  const ending = Promise.withResolvers<End>()
  const over = new AbortController()
  const end = (reason: End) => {
    ending.resolve(reason)
    over.abort()
    setTimeout(() => {
      log.error({ stopLimitMs }, 'could not stop in time, leaving as we are')
      process.exit(1)
    }, stopLimitMs).unref()
  }
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => end({ signal }))
  process.on('uncaughtException', error => end({ error }))
  process.on('unhandledRejection', error => end({ error }))
  return { reason: ending.promise, end, signal: over.signal }
}

/** One line for people; the log is for machines. */
function sayReady(config: Config, log: Log): void {
  log.info({ roles: config.roles }, 'ready')
  if (config.roles.includes('web'))
    console.log(`\n  Letterdesk is ready: ${config.baseUrl}  (Ctrl-C stops it)\n`)
}
