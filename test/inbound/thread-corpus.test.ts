import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { corpusDir } from '../support/corpus.ts'
import { type FilingDesk, startFilingDesk } from '../support/filing.ts'
import { seededRandom, shuffled } from '../support/mails.ts'

// Real threads of known truth, filed for real: in the order sent and shuffled, by one worker and by four. The
// whole proof (`npm run prove:threads`) takes 20 shuffles; each run of the tests takes one.
const isWhole = process.env.PROVE === 'whole'
const seed = Number(process.env.SEED ?? 20_261_125)
const shuffles = isWhole ? 20 : 1

/** Files that come together, and which Message-IDs make one thread. */
type Corpus = { corpus: string; files: string[]; threads: string[][] }

type Mail = { raw: Buffer; sentMs: number }

const corpora = JSON.parse(await readFile(join(corpusDir(), 'notmuch', 'threads.json'), 'utf8')) as Corpus[]

let desk: FilingDesk

beforeAll(async () => {
  desk = await startFilingDesk({ readers: 2 })
})

afterAll(() => desk.stop())

async function readMails({ files }: Corpus): Promise<Mail[]> {
  const mails = await Promise.all(
    files.map(async file => {
      const raw = await readFile(join(corpusDir(), 'notmuch', file))
      const date = /^date:(.*)$/im.exec(raw.toString('latin1'))?.[1] ?? ''
      return { raw, sentMs: Date.parse(date) || 0 }
    }),
  )
  return mails.sort((one, other) => one.sentMs - other.sentMs)
}

/** Pairs of Message-IDs that should be in one ticket and are not, and the other way round. */
async function countWrongPairs({ threads }: Corpus): Promise<{ apart: number; mixed: number }> {
  const rows = await desk.query('select internet_message_id as id, ticket_id as "ticketId" from message')
  const ticketsOf = Map.groupBy(rows, row => String(row.id))
  const placed = threads.flatMap((ids, thread) =>
    ids.map(id => ({ thread, tickets: new Set(ticketsOf.get(id)?.map(row => row.ticketId)) })),
  )
  let [apart, mixed] = [0, 0]
  placed.forEach((one, at) => {
    for (const other of placed.slice(at + 1)) {
      const isTogether = new Set([...one.tickets, ...other.tickets]).size === 1
      if (one.thread === other.thread && !isTogether) apart += 1
      const isMixed = [...one.tickets].some(ticketId => other.tickets.has(ticketId))
      if (one.thread !== other.thread && isMixed) mixed += 1
    }
  })
  expect(placed.every(one => one.tickets.size > 0)).toBe(true)
  return { apart, mixed }
}

async function file(mails: readonly Mail[], workers: number): Promise<void> {
  await desk.query('truncate ticket, mail_key, mail_instance cascade')
  await desk.store(mails.map(mail => mail.raw))
  const parts = await Promise.all(Array.from({ length: workers }, () => desk.addWorker()))
  await Promise.all(parts.map(one => desk.fileAll(one)))
}

describe.each([1, 4])('filed by %i worker(s)', workers => {
  test('threads in the order sent are tickets: every pair together, none that is not', async () => {
    const wrong: unknown[] = []

    for (const corpus of corpora) {
      await file(await readMails(corpus), workers)
      const pairs = await countWrongPairs(corpus)
      if (pairs.apart + pairs.mixed > 0) wrong.push({ corpus: corpus.corpus, ...pairs })
    }

    expect(wrong).toEqual([])
  }, 300_000)

  test(`threads in ${shuffles} shuffled order(s) are tickets too (seed ${seed})`, async () => {
    const random = seededRandom(seed + workers)
    const wrong: unknown[] = []

    for (let order = 1; order <= shuffles; order++) {
      for (const corpus of corpora) {
        await file(shuffled(await readMails(corpus), random), workers)
        const pairs = await countWrongPairs(corpus)
        if (pairs.apart + pairs.mixed > 0) wrong.push({ order, corpus: corpus.corpus, ...pairs })
      }
    }

    expect(wrong).toEqual([])
  }, 3_000_000)
})
