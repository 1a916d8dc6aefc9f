import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction } from '../../src/db/database.ts'
import { searchWords } from '../../src/search/search-words.ts'
import { createStemmer } from '../../src/search/stem-word.ts'
import { vectorText } from '../../src/search/word-set.ts'
import { search } from '../../src/shared/search.ts'
import { keepSearchPartitions } from '../../src/tickets/search-partitions.ts'
import { type Desk, type DeskAgent, startDesk } from '../support/desk.ts'

// 5,000 mails of three quarters, a search looks at the newest 250 first: the ones it finds further down must be those
// that reading all of them finds, in their order.
type Mail = { n: number; at: string; box: number; state: 'open' | 'closed'; text: string }

const mailCount = 5_000
const newestAt = Date.parse('2026-11-20T12:00:00Z')

const stemmer = createStemmer()

let desk: Desk
let callers: { owner: DeskAgent; few: DeskAgent }
let boxes: [number, number]
let mails: Mail[]

beforeAll(async () => {
  desk = await startDesk()
  boxes = [await desk.mailbox('support@desk.test'), await desk.mailbox('legal@desk.test')]
  callers = {
    owner: await desk.agent('ada', { role: 'owner' }),
    few: await desk.agent('boris', { mailboxIds: [boxes[1]] }),
  }
  mails = Array.from({ length: mailCount }, (_, n) => mailOf(n))
  await fill(mails)
}, 60_000)

afterAll(async () => await desk?.stop())

/** The n-th newest. 500 of them came in one moment, as when a mailbox is imported. */
function mailOf(n: number): Mail {
  const minutes = n >= 700 && n < 1_200 ? 700 : n
  const words = [
    ...(n % 3 === 0 ? ['common'] : []),
    ...(n % 9 === 0 || n % 63 === 4 ? ['kite', 'red'] : []),
    ...(n % 45 === 1 || n % 90 === 18 ? ['red', 'kite'] : []),
    ...(n % 400 === 399 ? ['seldom'] : []),
    ...(n > 4_900 ? ['ancient'] : []),
    `number${n}`,
  ]
  return {
    n,
    at: new Date(newestAt - minutes * 40 * 60_000).toISOString(),
    box: n % 40 === 0 ? 1 : 0,
    state: n % 50 < 2 ? 'open' : 'closed',
    text: words.join(' '),
  }
}

/** The mails are tickets of their own, the oldest with the lowest id; the words are those the product makes. */
async function fill(all: readonly Mail[]): Promise<void> {
  const { db } = desk.database
  await inTransaction(db, async tx => {
    await keepSearchPartitions(
      tx,
      all.map(mail => new Date(mail.at)),
    )
    const rows = all.map(mail => ({
      ...mail,
      id: mailCount - mail.n,
      box: boxes[mail.box],
      ...wordsOf(mail),
    }))
    await sql`create temp table filled on commit drop as select * from json_to_recordset(${JSON.stringify(rows)}::json)
      as (id bigint, n integer, at timestamptz, box bigint, state text, text text, words text, has_places boolean)`.execute(
      tx,
    )
    await sql`insert into ticket (id, mailbox_id, subject, state, last_message_at) overriding system value
      select id, box, '', state, at from filled order by id`.execute(tx)
    await sql`insert into message (id, ticket_id, mailbox_id, direction, received_at, kind, from_address, subject,
        snippet, language, placed_by) overriding system value
      select id, id, box, 'inbound', at, 'person', 'ann@example.org', '', text, 'en', 'no-ancestor' from filled
      order by id`.execute(tx)
    await sql`insert into message_body (message_id, text, visible_text) select id, text, text from filled`.execute(
      tx,
    )
    await sql`insert into search_row (received_at, message_id, ticket_id, version, words, has_places)
      select at, id, id, 1, words::tsvector, has_places from filled`.execute(tx)
    await sql`truncate search_due`.execute(tx)
  })
  await sql`vacuum (analyze) search_row, message, ticket`.execute(db)
}

/** Of each third mail as a former version made them: they do not say where they stand. */
function wordsOf(mail: Mail): { words: string; has_places: boolean } {
  const { text } = mail
  const from = [{ name: null, address: 'ann@example.org' }]
  const mailboxId = boxes[mail.box] ?? 0
  const rest = { language: 'en', subject: '', to: [], files: [], fields: [] }
  const made = searchWords({ kind: 'received', mailboxId, text, from, ...rest }, stemmer)
  const hasPlaces = mail.n % 3 !== 1 && made.hasPlaces
  return { words: vectorText({ ...made, hasPlaces }), has_places: hasPlaces }
}

/** Pages of a search until so many hits, by number of the mail; each page is as long as was asked, or ends at a budget. */
async function walk(q: string, by: DeskAgent, limit: number, most: number): Promise<number[]> {
  const found: number[] = []
  let cursor: string | undefined
  do {
    const page = await by.call(search, { query: { q, limit, ...(cursor === undefined ? {} : { cursor }) } })
    expect(page.data.length).toBeLessThanOrEqual(limit)
    found.push(...page.data.map(hit => mailCount - (hit.messageId ?? 0)))
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && found.length < most)
  return found
}

const has =
  (...words: string[]) =>
  (mail: Mail) =>
    words.every(word => ` ${mail.text} `.includes(` ${word} `))

test.each<[string, (mail: Mail) => boolean]>([
  ['common', has('common')],
  ['"red kite"', has('red kite')],
  ['"kite red" is:open', mail => has('kite red')(mail) && mail.state === 'open'],
  ['common is:open', mail => has('common')(mail) && mail.state === 'open'],
  ['seldom', has('seldom')],
  ['ancient', has('ancient')],
  ['ancient common', has('ancient', 'common')],
  ['common -kite', mail => has('common')(mail) && !has('kite')(mail)],
  ['common -"kite red"', mail => has('common')(mail) && !has('kite red')(mail)],
  ['red -"red kite"', mail => has('red')(mail) && !has('red kite')(mail)],
  ['red -"kite red"', mail => has('red')(mail) && !has('kite red')(mail)],
  ['-"kite red" is:open', mail => !has('kite red')(mail) && mail.state === 'open'],
  ['"common kite" common', has('common kite')],
  ['"red number"', () => false],
  ['from:"ann example org" seldom', has('seldom')],
  ['from:"ann example" "kite red" -"red common"', has('kite red')],
  ['common before:2026-10-15', mail => has('common')(mail) && mail.at < '2026-10-15'],
  ['common after:2026-11-15', mail => has('common')(mail) && mail.at >= '2026-11-15'],
  ['number4321', has('number4321')],
  ['umber499', mail => mail.text.includes('number499')],
  ['common umber49', mail => has('common')(mail) && mail.text.includes('number49')],
  ['umber common', has('common')],
])('%s: each hit once and in its order, however far down it stands', async (q, isHit) => {
  const hits = mails.filter(isHit)
  const most = 700 // beyond the mails of one moment

  const everyone = await walk(q, callers.owner, 50, most)
  const fewer = await walk(q, callers.few, 7, 60)

  const numbers = (of: readonly Mail[]) => of.map(mail => mail.n)
  expect(everyone).toEqual(numbers(hits).slice(0, everyone.length))
  expect(everyone.length).toBeGreaterThanOrEqual(Math.min(most, hits.length))
  const own = numbers(hits.filter(mail => mail.box === 1))
  expect(fewer).toEqual(own.slice(0, fewer.length))
  expect(fewer.length).toBeGreaterThanOrEqual(Math.min(60, own.length))
})

test('the words of each quarter lie unpacked, in one that was made later too', async () => {
  const { db } = desk.database
  await inTransaction(db, tx => keepSearchPartitions(tx, [new Date('2031-02-03T12:00:00Z')]))

  const { rows } = await sql<{ name: string; storage: string }>`
    select attrelid::regclass::text as name, attstorage as storage from pg_attribute
    where attname = 'words' and attrelid in (
      select relid from pg_partition_tree('search_row') where isleaf)`.execute(db)

  expect(rows.map(row => row.name)).toContain('search_row_2031q1')
  expect(rows.filter(row => row.storage !== 'e')).toEqual([])
})
