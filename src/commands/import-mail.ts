import { setTimeout as wait } from 'node:timers/promises'
import { type App, buildApp } from '../app.ts'
import { type Environment, loadConfig } from '../config.ts'
import {
  type EnteredImport,
  type ImportCount,
  type ImportWish,
  importMails,
} from '../inbound/import-mails.ts'
import { startFiling } from '../inbound/run-filing.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { openDns } from '../lib/dns.ts'
import { createLog } from '../lib/log.ts'
import type { CommandOptions } from './create-agent.ts'

const sayEveryMs = 2_000
const lookEveryMs = 500
const usage =
  'letterdesk import --mailbox=ADDRESS PATH… [--state=closed|open] [--sent] [--dry-run]; a PATH is an mbox file, a Maildir, a mail, or a folder of them'

/**
 * `letterdesk import`: brings old mail of files into a mailbox as history, through the same ledger and filing as any mail.
 * An import is silent: nobody is answered or told. Ended at any moment and run again it goes on and doubles nothing. Beside a
 * running inbox with an own Postgres, new mail goes first; with the embedded database, while the inbox is stopped.
 *
 * @returns the exit code: 0 all of it is in, 2 some could not be read or filed and is named
 * @throws AppError `bad-option`, `no-such-mailbox`
 */
export async function importMail(
  options: CommandOptions,
  env: Environment,
  paths: readonly string[],
): Promise<number> {
  const wish = readWish(options, paths)
  const { config } = loadConfig(env)
  const log = createLog({ level: config.logLevel === 'info' ? 'warn' : config.logLevel })
  const app = await buildApp(config, { practice: false }, log)
  try {
    return await runImport(app, wish)
  } catch (error) {
    if (!(error instanceof NotFound)) throw error
    throw new AppError('no-such-mailbox', `no mailbox has the address ${wish.address}: connect it first`)
  } finally {
    await app.stop()
  }
}

function readWish(options: CommandOptions, paths: readonly string[]): ImportWish {
  const address = options.get('--mailbox') ?? ''
  const state = options.get('--state') ?? 'closed'
  if (address === '') throw new AppError('bad-option', `--mailbox=ADDRESS is missing: ${usage}`)
  if (paths.length === 0) throw new AppError('bad-option', `no PATH is given: ${usage}`)
  if (state !== 'closed' && state !== 'open') {
    throw new AppError('bad-option', `--state is closed or open, not ${state}`)
  }
  return { address, paths, state, isSent: options.has('--sent'), isDry: options.has('--dry-run') }
}

async function runImport(app: App, wish: ImportWish): Promise<number> {
  const pace = startPace(app.clock)
  const filing = wish.isDry ? null : startFilingHere(app)
  try {
    const entered = await importMails(app, wish, {
      onProgress: ({ read, entered: isNew }) => {
        app.bells.ring('ledger')
        pace.say(() => `${read} read, ${pace.perSecond(read)}/s, ${isNew} new`)
      },
      onFault: ({ where, fault }) => console.error(`left out: ${where}: ${fault}`),
    })
    sayCount(entered.count, wish)
    const faults = entered.count.faults
    if (filing === null) return faults > 0 ? 2 : 0
    const made = await untilFiled(entered, pace)
    for (const [outcome, mails] of made) console.log(`${outcome}: ${mails}`)
    console.log(`done in ${pace.seconds().toFixed(1)} s, ${pace.perSecond(entered.count.read)}/s`)
    return faults + (made.get('quarantined') ?? 0) > 0 ? 2 : 0
  } finally {
    await filing?.stop()
  }
}

/** As any worker: what else is due meanwhile is filed too, and first. */
function startFilingHere(app: App): { stop: () => Promise<void> } {
  const { db, keys, bells, log, clock, instanceId, config } = app
  const dns = config.senderChecks ? openDns({ servers: config.dnsServers, clock }) : null
  const filing = startFiling({ db, keys, bells, log, clock, instanceId, dns, reader: app.reader() })
  const stop = async () => {
    await filing.stop()
    dns?.stop()
  }
  return { stop }
}

async function untilFiled({ outcomes }: EnteredImport, pace: Pace): Promise<Map<string, number>> {
  for (;;) {
    const made = await outcomes()
    const due = made.get('stored') ?? 0
    if (due === 0) return made
    const all = [...made.values()].reduce((sum, mails) => sum + mails, 0)
    pace.say(() => `${all - due} of ${all} filed, ${pace.perSecond(all - due)}/s`)
    await wait(lookEveryMs)
  }
}

type Pace = {
  seconds: () => number
  perSecond: (mails: number) => number
  /** At most every two seconds. */
  say: (line: () => string) => void
}

function startPace(clock: Clock): Pace {
  const begunMs = clock.monotonicMs()
  let saidMs = begunMs
  const seconds = () => (clock.monotonicMs() - begunMs) / 1000
  return {
    seconds,
    perSecond: mails => Math.round(mails / Math.max(0.001, seconds())),
    say: line => {
      if (clock.monotonicMs() - saidMs < sayEveryMs) return
      saidMs = clock.monotonicMs()
      console.log(line())
    },
  }
}

function sayCount(count: ImportCount, { isDry }: ImportWish): void {
  const days = [count.from, count.until].map(date => date?.toISOString().slice(0, 10))
  console.log(`${count.read} mails read${count.read === 0 ? '' : `, of ${days[0]} to ${days[1]}`}`)
  console.log(`  ${count.ours} written by the mailbox, ${count.read - count.ours} by others`)
  console.log(`  ${count.entered} ${isDry ? 'would be new' : 'new'}, ${count.known} there already`)
  const left = count.deleted + count.drafts + count.faults
  if (left > 0) {
    console.log(
      `  left out: ${count.deleted} deleted, ${count.drafts} drafts, ${count.faults} that could not be read`,
    )
  }
}
