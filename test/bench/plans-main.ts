import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadConfig } from '../../src/config.ts'
import { openDatabase } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { makeTemplate, startPostgresServer, templateName } from '../support/postgres-server.ts'
import { describePlans, explainQueries } from './explain-queries.ts'
import { listHotQueries } from './hot-queries.ts'
import { seedTickets } from './seed-tickets.ts'

// npm run plans [-- --tickets 1000000 --seed 1 --times]: the plans of the ten hottest queries on a server of its own;
// with --times as they were carried out, with rows and milliseconds.
const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    times: { type: 'boolean', default: false },
  },
})
const [tickets, seed] = [Number(values.tickets), Number(values.seed)]
if (!Number.isSafeInteger(tickets) || tickets < 1 || !Number.isSafeInteger(seed))
  throw new RangeError('--tickets and --seed are whole numbers')
const log = createLog({ level: 'warn' })
const server = await startPostgresServer('embedded')
const dataDir = await mkdtemp(join(tmpdir(), 'letterdesk-plans-'))
try {
  await makeTemplate(server)
  const url = server.urlOf(templateName)
  const secretKey = 'a secret key of tests, thirty-two letters'
  const { config } = loadConfig({ DATABASE_URL: url, SECRET_KEY: secretKey, DATA_DIR: dataDir })
  const say = (line: string) => process.stderr.write(`… ${line}\n`)
  const { tookMs } = await seedTickets(config, log, { tickets, seed, besideRealMail: false, say })
  say(`${tickets} tickets in ${(tookMs / 1000).toFixed(1)} s`)
  const { db, close } = openDatabase({ url, log, maxConnections: 4 })
  try {
    const queries = await listHotQueries(db, systemClock)
    console.log(describePlans(await explainQueries(db, queries, values.times ? 'times' : 'plan')))
  } finally {
    await close()
  }
} finally {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}
