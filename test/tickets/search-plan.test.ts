import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inTransaction, type Tx } from '../../src/db/database.ts'
import { boundSearch, searchByWords, selectByWords } from '../../src/tickets/search.queries.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

// One quarter of 6,000 mails with 300 words each, which lie outside of their rows: reading them all takes seconds
// where there are a million.
const start = '2026-10-01T00:00:00Z'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
  const { db } = database
  await sql`create table search_row_planned partition of search_row
    for values from ('2026-10-01') to ('2027-01-01')`.execute(db)
  await sql`
    insert into search_row (received_at, message_id, ticket_id, version, words)
    select timestamptz '2026-10-01' + n * interval '1 minute', n, n, 1, array_to_tsvector(
      array[case when n % 3 = 0 then 'common' else 'other' end, 'm:' || n % 20, 'rare' || n / 7] ||
      array(select 'word' || (n * 31 + m * m * 7919) % 40000 from generate_series(1, 300) m))
    from generate_series(1, 6000) n`.execute(db)
  await sql`vacuum analyze search_row_planned`.execute(db)
}, 60_000)

afterAll(async () => await database?.drop())

test.each<[string, string, number, string?]>([
  [
    'a word of each third mail in a mailbox that has it not',
    `('common' | 'en:common') & ('m:99' | 'm:98')`,
    0,
  ],
  ['a common word', `'common'`, 2_000],
  ['a rare word', `'rare500'`, 7],
  ['a word nobody wrote', `'nowhere'`, 0],
  ['a piece of a number', `('12' | '12':* | ('3:123' & '3:234'))`, 0],
  ['a common word of the newest thousand', `'common'`, 334, '2026-10-04T11:20:00Z'],
])(
  '%s: the rows that have the words are read and no other',
  async (_what, words, rowsWithWords, from = start) => {
    const read = await inTransaction(database.db, async tx => {
      const before = await rowsRead(tx)
      await boundSearch(tx)
      await searchByWords(tx)
      await selectByWords(tx, { from, to: null, after: null, words, also: null, phrases: null, rowLimit: 51 })
      return (await rowsRead(tx)) - before
    })

    expect(read - rowsWithWords).toBeOneOf([0, 1]) // the planner looks at an end of an index
  },
)

test('a phrase: of the rows that have its words so many are asked for their places as were to be', async () => {
  const phrases = `('common' <-> 'rare500')`
  const wish = { from: start, to: null, after: null, words: `'common'`, also: null, phrases, rowLimit: 51 }

  const { read, found } = await inTransaction(database.db, async tx => {
    const before = await rowsRead(tx)
    await boundSearch(tx)
    await searchByWords(tx)
    const asked = await selectByWords(tx, wish)
    return { read: (await rowsRead(tx)) - before, found: asked }
  })

  expect(read - 2_000).toBeOneOf([0, 1])
  expect(found).toMatchObject({ count: 51, last: { hasPlaces: false } }) // let through, for a look at their texts
  expect(found.rows).toHaveLength(51)
})

/** Of the connection so far: fetched for a scan of an index (counted there) or a bitmap, or read one after the other. */
async function rowsRead(tx: Tx): Promise<number> {
  const { rows } = await sql<{ read: number }>`
    select sum(pg_stat_get_xact_tuples_fetched(oid) +
      case when relkind = 'r' then pg_stat_get_xact_tuples_returned(oid) else 0 end)::int as read
    from pg_class where relname like 'search_row_planned%'`.execute(tx)
  return rows[0]?.read ?? 0
}
