import pg from 'pg'
import { buildApp, withFoundation } from '../../src/app.ts'
import type { Config } from '../../src/config.ts'
import { type Db, inTransaction } from '../../src/db/database.ts'
import { AppError } from '../../src/lib/app-error.ts'
import type { Log } from '../../src/lib/log.ts'
import { SEARCH_VERSION } from '../../src/search/search-words.ts'
import { keepSearchPartitions } from '../../src/tickets/search-partitions.ts'
import { wordOfRank } from '../search/made-up-mail.ts'
import { rawMail, seededRandom } from '../support/mails.ts'
import {
  countRealMailboxes,
  createSeedTables,
  drawCustomers,
  insertSeedAgents,
  insertSeedCustomers,
  insertSeedMailboxes,
  insertSeedTags,
  type SeedText,
  takeCustomerIds,
} from './seed-frame.queries.ts'
import {
  attachPartition,
  bringBack,
  type LoosePartition,
  loosenPartitions,
  noteWordsAgain,
  stopNotingWords,
  takeIndexesAway,
} from './seed-indexes.queries.ts'
import {
  drawTickets,
  insertDrawnTickets,
  SEED_NOTE,
  SEEDED_TABLES,
  type SeedOrder,
  settleTables,
} from './seed-tickets.queries.ts'
import { createPartWords, type PartWords } from './seed-words.ts'
import { LANGUAGE_MIX, pick, type StockLanguage, WORD_STOCK } from './word-stock.ts'

/** What to put in. `besideRealMail`: also where real mailboxes are connected. `say` hears how far it has come. */
export type SeedWish = {
  tickets: number
  seed: number
  besideRealMail: boolean
  /** When the newest tickets came; now where it is not given. */
  until?: Date
  say?: (line: string) => void
}

const chunkTickets = 10_000
const customerChunk = 20_000
const ticketsPerCustomer = 4
const fewestTexts = 200 // a language
const mostTexts = 5_000
const rareShare = 0.4 // of words are drawn from 40,000 by Zipf, the others from what people write about
const rareWords = 40_000
const seededDays = 740
const mailboxWords =
  'support billing sales orders returns shipping help service office press jobs partners wholesale warranty accounts security legal events training feedback'.split(
    ' ',
  )
const agentNames = 'Ada Boris Ceca Darina Emil Filip Gosia Halina Ivan Jana Kiril Lena'.split(' ')
const tagNames =
  'urgent refund invoice delivery broken return vip question complaint warranty address payment size colour stock discount account password spare-part feedback'.split(
    ' ',
  )
const givenNames =
  'Ivana Georgi Maria Olga Dmitri Agnieszka Piotr Emma Oliver Sophie Nikolay Elena Anna Jan Katarzyna Viktor Irina Petar Desislava Tomasz'.split(
    ' ',
  )

/**
 * Fills the database of `config` with tickets as a desk of some years has them: 20 paused mailboxes, a
 * dozen agents, customers, messages, replies, notes, tags, history, and the words search finds them by. The same seed
 * draws the same tickets (apart from the hour they are counted back from).
 *
 * Rows are made where they are stored, by set-wise statements: they do not even cross the socket that COPY would send
 * them over. Foreign keys and indexes are taken away before and made anew, all in one transaction.
 *
 * @returns how long it took
 * @throws AppError `has-real-mailboxes` unless `besideRealMail`
 */
export async function seedTickets(config: Config, log: Log, wish: SeedWish): Promise<{ tookMs: number }> {
  const beganMs = performance.now()
  const until = wish.until ?? new Date()
  const bytesBlobId = await prepare(config, log, until)
  await withFoundation(config, log, async ({ directUrl }) => {
    const client = new pg.Client({ connectionString: directUrl }) // with the session go its own tables
    await client.connect()
    try {
      await fill(client, { ...wish, until }, bytesBlobId)
    } finally {
      await client.end()
    }
  })
  return { tookMs: performance.now() - beganMs }
}

/** Stores the bytes every reply is said to be, and makes the partitions; as a node, which has ended before the tables are locked. */
async function prepare(config: Config, log: Log, until: Date): Promise<number> {
  const app = await buildApp({ ...config, roles: ['web'] }, { practice: false }, log)
  try {
    const mail = rawMail({ subject: 'Seeded reply', messageId: 'reply@seed.invalid' })
    const [bytes] = await app.blobs.put([mail])
    if (bytes === undefined) throw new RangeError('a stored blob came back as nothing')
    await makePartitions(app.db, until)
    return bytes.id
  } finally {
    await app.stop()
  }
}

/** The partitions of the time the tickets are drawn from. */
async function makePartitions(db: Db, until: Date): Promise<void> {
  const days = Array.from(
    { length: seededDays },
    (_, daysAgo) => new Date(until.getTime() - daysAgo * 86_400_000),
  )
  await inTransaction(db, tx => keepSearchPartitions(tx, days))
}

type DatedWish = SeedWish & { until: Date }

async function fill(client: pg.Client, wish: DatedWish, bytesBlobId: number): Promise<void> {
  const real = await countRealMailboxes(client)
  if (real > 0 && !wish.besideRealMail) {
    const problem = `${real} real mailboxes are connected here; say --yes to put made-up tickets beside their mail`
    throw new AppError('has-real-mailboxes', problem, { real })
  }
  const words = createPartWords()
  await createSeedTables(client, makeTexts(wish), words)
  await client.query('begin')
  const taken = await takeIndexesAway(client, SEEDED_TABLES)
  await stopNotingWords(client)
  const partitions = await loosenPartitions(client)
  await fillFrame(client, wish, words)
  await fillTickets(client, wish, { words, partitions, bytesBlobId })
  wish.say?.('making indexes')
  await bringBack(client, taken)
  for (const partition of partitions) await attachPartition(client, partition)
  await noteWordsAgain(client, SEARCH_VERSION)
  await client.query('commit') // where anything throws before, the end of the session takes it all back
  wish.say?.('statistics')
  await settleTables(client, partitions)
}

async function fillFrame(client: pg.Client, { tickets, seed }: SeedWish, words: PartWords): Promise<void> {
  await insertSeedMailboxes(client, mailboxWords, words)
  await insertSeedAgents(client, { names: agentNames, seed, words })
  await insertSeedTags(client, tagNames)
  const random = seededRandom(seed + 1)
  const count = Math.ceil(tickets / ticketsPerCustomer)
  const firstId = await takeCustomerIds(client, count)
  for (let first = 0; first < count; first += customerChunk) {
    const customers = Array.from({ length: Math.min(customerChunk, count - first) }, (_, at) => {
      const language = pick(LANGUAGE_MIX, random)
      return { n: first + at, name: `${pick(givenNames, random)} ${surname(language, random)}`, language }
    })
    await drawCustomers(client, customers, firstId, words)
  }
  await insertSeedCustomers(client)
}

async function fillTickets(
  client: pg.Client,
  { tickets, seed, say, until }: DatedWish,
  given: { words: PartWords; partitions: readonly LoosePartition[]; bytesBlobId: number },
): Promise<void> {
  const { words, partitions, bytesBlobId } = given
  const wordWish = { partitions, version: SEARCH_VERSION, ofNote: words.ofText(SEED_NOTE, null) }
  for (let first = 1; first <= tickets; first += chunkTickets) {
    const last = Math.min(first + chunkTickets - 1, tickets)
    await drawTickets(client, { first, last, total: tickets, seed, until }, makeOrders(first, last, words))
    await insertDrawnTickets(client, { bytesBlobId, words: wordWish })
    say?.(`${last} of ${tickets} tickets`)
  }
}

function makeOrders(first: number, last: number, words: PartWords): SeedOrder[] {
  return Array.from({ length: last - first + 1 }, (_, at) => {
    const n = first + at
    const code = seedOrderOf(n)
    return { n, code, words: words.ofSubjectEnd(code, null) }
  })
}

/** The order number in the subject of the n-th ticket, from 1 on. */
export function seedOrderOf(n: number): string {
  return `AB-${String(1_000_000 + n * 7)}`
}

function surname(language: StockLanguage, random: () => number): string {
  const word = wordOfRank(language, 500 + Math.floor(random() * 5_000))
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function makeTexts({ tickets, seed }: SeedWish): SeedText[] {
  const random = seededRandom(seed)
  const count = Math.min(mostTexts, Math.max(fewestTexts, Math.round(tickets / 50)))
  return [...new Set(LANGUAGE_MIX)].flatMap(language =>
    Array.from({ length: count }, (_, n) => ({
      language,
      n,
      subject: pick(WORD_STOCK[language].subjects, random),
      text: makeText(language, 15 + random() * 70, random),
    })),
  )
}

/** So many words in sentences of 5 to 14: some that stand in every mail, and some that stand in few. */
function makeText(language: StockLanguage, wordCount: number, random: () => number): string {
  const stock = WORD_STOCK[language].words.split(' ')
  const word = () =>
    random() < rareShare ? wordOfRank(language, Math.floor(rareWords ** random()) - 1) : pick(stock, random)
  const sentences: string[] = []
  for (let made = 0; made < wordCount; ) {
    const length = 5 + Math.floor(random() * 10)
    const line = Array.from({ length }, word).join(' ')
    sentences.push(`${line.charAt(0).toUpperCase()}${line.slice(1)}.`)
    made += length
  }
  return sentences.join('\n')
}
