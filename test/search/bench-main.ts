import { parseArgs } from 'node:util'
import { sql } from 'kysely'
import type { Caller } from '../../src/agents/can.ts'
import { openDatabase } from '../../src/db/database.ts'
import { systemClock } from '../../src/lib/clock.ts'
import { createLog } from '../../src/lib/log.ts'
import { searchTickets } from '../../src/tickets/search-tickets.ts'
import { describeMachine } from '../bench/describe-machine.ts'
import { spreadOf } from '../bench/percentiles.ts'
import { indexAll } from '../support/index-all.ts'
import { makeTemplate, startPostgresServer, templateName } from '../support/postgres-server.ts'
import { type BenchQuery, benchQueries } from './bench-queries.ts'
import { fillDesk } from './fill-desk.ts'

// npm run bench:search [-- --messages 100000 --seed 1]: how long 200 searches take for an owner and for an agent of
// three of twenty mailboxes, on the Postgres we carry.
const { values } = parseArgs({
  options: { messages: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
})
const messages = Number(values.messages)
const seed = Number(values.seed)
const say = (line: string) => console.log(`${(performance.now() / 1000).toFixed(0).padStart(6)} s  ${line}`)
const log = createLog({ level: 'warn' })
const server = await startPostgresServer('embedded')
await makeTemplate(server)
const { db, close } = openDatabase({ url: server.urlOf(templateName), log, maxConnections: 4 })
try {
  const machine = await describeMachine()
  say(`${machine.cpu}, ${machine.cores} cores, load ${machine.load.toFixed(1)}; ${messages} messages`)
  await fillDesk(db, messages, seed)
  say('filled; making words')
  const beganMs = performance.now()
  await indexAll({ db, log })
  const seconds = (performance.now() - beganMs) / 1000
  say(`words made: ${Math.round(messages / seconds)} messages a second`)
  const parts = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = 'search_row'::regclass`.execute(
    db,
  )
  for (const { name } of parts.rows) await sql`vacuum analyze ${sql.table(name)}`.execute(db) // 30 s for each
  const { rows } = await sql<{ table_mb: number; index_mb: number }>`
    select (sum(pg_table_size(inhrelid)) / 1048576)::int as table_mb, (sum(pg_indexes_size(inhrelid)) / 1048576)::int as index_mb
    from pg_inherits where inhparent = 'search_row'::regclass`.execute(db)
  say(`search_row ${rows[0]?.table_mb} MB and ${rows[0]?.index_mb} MB of indexes`)
  const owner: Caller = { agentId: 1, role: 'owner', mailboxIds: 'all' }
  const agent: Caller = { agentId: 1, role: 'agent', mailboxIds: [3, 7, 11] }
  const queries = benchQueries(messages, seed)
  for (const [name, caller] of [
    ['owner', owner],
    ['agent of 3 of 20 mailboxes', agent],
  ] as const) {
    const cold = await run(caller, queries)
    const warm = await run(caller, queries)
    say(`${name}, first time: ${words(cold.map(one => one.ms))}`)
    say(`${name}, again:      ${words(warm.map(one => one.ms))}`)
    for (const kind of new Set(queries.map(query => query.kind))) {
      const ofKind = warm.filter(one => one.kind === kind)
      const hits = ofKind.reduce((sum, one) => sum + one.hits, 0) / ofKind.length
      console.log(`          ${kind.padEnd(26)} ${words(ofKind.map(one => one.ms))}  ${hits.toFixed(0)} hits`)
    }
  }
} finally {
  await close()
  await server.stop()
}

async function run(caller: Caller, queries: readonly BenchQuery[]) {
  const measured: { kind: string; ms: number; hits: number }[] = []
  for (const { kind, text } of queries) {
    const beganMs = performance.now()
    const page = await searchTickets({ db, clock: systemClock }, caller, { text, limit: 50 })
    measured.push({ kind, ms: performance.now() - beganMs, hits: page.hits.length })
  }
  return measured
}

function words(timesMs: readonly number[]): string {
  const { count, p50Ms, p95Ms, maxMs } = spreadOf(timesMs)
  return `${String(count).padStart(3)} queries, p50 ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms, longest ${maxMs.toFixed(0)} ms`
}
