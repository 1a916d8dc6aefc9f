import type { PoolClient } from 'pg'
import { buildApp } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import { AppError } from '../../src/lib/app-error.ts'
import type { Log } from '../../src/lib/log.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import {
  countRealMailboxes,
  createSeedTables,
  insertSeedAgents,
  insertSeedCustomers,
  insertSeedMailboxes,
  insertSeedTags,
  type SeedText,
} from './seed-frame.queries.ts'
import { drawTickets, insertDrawnTickets, settleTables } from './seed-tickets.queries.ts'
import { LANGUAGE_MIX, pick, WORD_STOCK, writeText } from './word-stock.ts'

/** What to put in. `besideRealMail`: also where real mailboxes are connected. */
export type SeedWish = { tickets: number; seed: number; besideRealMail: boolean }

const chunkTickets = 20_000 // a statement stays far below the pool's limit of 30 s
const textsPerLanguage = 200
const ticketsPerCustomer = 4
const mailboxWords =
  'support billing sales orders returns shipping help service office press jobs partners wholesale warranty accounts security legal events training feedback'.split(
    ' ',
  )
const agentNames = 'Ada Boris Ceca Darina Emil Filip Gosia Halina Ivan Jana Kiril Lena'.split(' ')
const tagNames =
  'urgent refund invoice delivery broken return vip question complaint warranty address payment size colour stock discount account password spare-part feedback'.split(
    ' ',
  )
const customerNames = [
  'Ivana Petrova',
  'Georgi Dimitrov',
  'Мария Иванова',
  'Ольга Смирнова',
  'Дмитрий Кузнецов',
  'Agnieszka Nowak',
  'Piotr Wiśniewski',
  'Emma Clarke',
  'Oliver Hughes',
  'Sophie Turner',
]

/**
 * Fills the database of `config` with tickets as a desk of some years has them: 20 paused mailboxes, a
 * dozen agents, customers, messages, replies, notes, tags and history, by set-wise SQL. The same seed
 * draws the same tickets (apart from the hour they are counted back from).
 *
 * @returns how long it took
 * @throws AppError `has-real-mailboxes` unless `besideRealMail`
 */
export async function seedTickets(config: Config, log: Log, wish: SeedWish): Promise<{ tookMs: number }> {
  const beganMs = performance.now()
  const app = await buildApp({ ...config, roles: ['web'] }, { practice: false }, log)
  try {
    const [bytes] = await app.blobs.put([
      rawMail({ subject: 'Seeded reply', messageId: 'reply@seed.invalid' }),
    ])
    if (bytes === undefined) throw new RangeError('a stored blob came back as nothing')
    const client = await app.pool.connect()
    try {
      await fill(client, wish, bytes.id)
    } finally {
      client.release(true) // with the session go its own tables
    }
  } finally {
    await app.stop()
  }
  return { tookMs: performance.now() - beganMs }
}

async function fill(client: PoolClient, wish: SeedWish, bytesBlobId: number): Promise<void> {
  const { tickets, seed } = wish
  const real = await countRealMailboxes(client)
  if (real > 0 && !wish.besideRealMail) {
    const problem = `${real} real mailboxes are connected here; say --yes to put made-up tickets beside their mail`
    throw new AppError('has-real-mailboxes', problem, { real })
  }
  await createSeedTables(client, makeTexts(seed))
  await inOneTransaction(client, async () => {
    await insertSeedMailboxes(client, mailboxWords)
    await insertSeedAgents(client, agentNames, seed)
    await insertSeedTags(client, tagNames)
    const count = Math.ceil(tickets / ticketsPerCustomer)
    await insertSeedCustomers(client, { count, names: customerNames, languages: LANGUAGE_MIX, seed })
  })
  for (let first = 1; first <= tickets; first += chunkTickets) {
    const last = Math.min(first + chunkTickets - 1, tickets)
    await inOneTransaction(client, async () => {
      await drawTickets(client, { first, last, total: tickets, seed })
      await insertDrawnTickets(client, bytesBlobId)
    })
  }
  await settleTables(client)
}

async function inOneTransaction(client: PoolClient, work: () => Promise<void>): Promise<void> {
  await client.query('begin')
  try {
    await work()
    await client.query('commit')
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

function makeTexts(seed: number): SeedText[] {
  const random = seededRandom(seed)
  return [...new Set(LANGUAGE_MIX)].flatMap(language =>
    Array.from({ length: textsPerLanguage }, (_, n) => ({
      language,
      n,
      subject: pick(WORD_STOCK[language].subjects, random),
      text: writeText(language, 200 + random() * 600, random).trim(),
    })),
  )
}
