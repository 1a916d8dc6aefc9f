import { parseArgs } from 'node:util'
import { loadConfig, readEnvironment } from '../../src/config.ts'
import { AppError } from '../../src/lib/app-error.ts'
import { createLog } from '../../src/lib/log.ts'
import { seedTickets } from './seed-tickets.ts'

// npm run seed -- --tickets 100000 [--seed 1] [--yes]: made-up tickets for the database of DATA_DIR or
// DATABASE_URL, with the inbox stopped where the database is the embedded one.
const { values } = parseArgs({
  options: {
    tickets: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    yes: { type: 'boolean', default: false },
  },
})
const tickets = Number(values.tickets)
const seed = Number(values.seed)
if (!Number.isSafeInteger(tickets) || tickets < 1 || !Number.isSafeInteger(seed))
  throw new RangeError('--tickets and --seed are whole numbers')
try {
  const { config } = loadConfig(readEnvironment())
  const { tookMs } = await seedTickets(config, createLog({ level: 'warn' }), {
    tickets,
    seed,
    besideRealMail: values.yes,
    say: line => process.stderr.write(`… ${line}\n`),
  })
  console.log(`${tickets} tickets in ${(tookMs / 1000).toFixed(1)} s`)
} catch (error) {
  if (!(error instanceof AppError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
