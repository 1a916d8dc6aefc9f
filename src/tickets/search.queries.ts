import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { Direction, TicketState } from '../shared/vocabulary.ts'
import type { SearchPlace } from './search-cursor.ts'

/** What the ticket of a hit must be like. Each may be turned round. */
export type TicketCondition = { isNegated: boolean } & (
  | { by: 'state'; state: TicketState }
  | { by: 'mailboxes'; mailboxIds: readonly number[] }
  | { by: 'assignees'; agentIds: readonly number[] }
  | { by: 'nobody' }
  | { by: 'teams'; teamIds: readonly number[] }
  | { by: 'no-team' }
  | { by: 'unassigned' }
  | { by: 'snoozed' }
  | { by: 'deleted' }
  | { by: 'tag'; name: string }
)

/** A stretch of time to look in, and what for. */
export type SearchWish = {
  /** ISO instants; null is no border. `from` is inside, `to` is not. */
  from: string | null
  to: string | null
  /** Only what stands behind this place. */
  after: SearchPlace | null
  /** tsquery text; null: whatever the words. */
  words: string | null
  /** tsquery text: words that are in so many rows that the index is not asked for them, but the rows it finds. */
  also: string | null
  /** tsquery text over the places of words: rows whose words have none are let through. Null: in any order. */
  phrases: string | null
  /** The mailboxes the caller may use: the only thing that decides what may be shown. */
  mailboxIds: readonly number[]
  conditions: readonly TicketCondition[]
  rowLimit: number
}

/** A message or note that was found, and its place in the order of hits. `hasPlaces`: its words say where they stand. */
export type FoundRow = SearchPlace & { messageId: number | null; noteId: number | null; hasPlaces: boolean }

/** Found rows in their order, and where what was asked for them ends. */
export type FoundRows = { rows: FoundRow[]; count: number; last: SearchPlace | undefined }

/** What a hit shows beside its words. */
export type HitRow = {
  messageId: number | null
  noteId: number | null
  number: number
  subject: string
  mailboxId: number
  state: TicketState
  assigneeId: number | null
  receivedAt: Date
  direction: Direction | null
  authorId: number | null
  customerName: string | null
}

const fewConditions = 2 // more of them make too many different statements to keep a plan of each

// A message and a note may have one id; two rows never have one `ord`.
const ord = sql`coalesce(s.message_id * 2, s.note_id * 2 + 1)`
const atUs = sql`(extract(epoch from s.received_at) * 1000000)::bigint`

const columns = sql`s.message_id as "messageId", s.note_id as "noteId", ${ord} as ord, ${atUs} as "atUs",
  s.has_places as "hasPlaces"`

// By the ticket the message is in now, whatever the words were made of: a move is seen at once.
const tickets = sql`
  left join message m on m.id = s.message_id left join note n on n.id = s.note_id
  join ticket t on t.id = coalesce(m.ticket_id, n.ticket_id)
  left join outbox o on o.message_id = s.message_id`

/** A search is never worth holding the desk up: it ends after 3 s, and asks for no compiled plan. */
export async function boundSearch(tx: Tx): Promise<void> {
  await sql`select set_config('statement_timeout', '3s', true), set_config('jit', 'off', true)`.execute(tx)
}

/**
 * From here on rows are found by the index of words, within a short stretch of time together with the index of time. The
 * planner does not know that `words` lies outside of the row, packed: a row whose words must be looked at costs nine
 * microseconds, one that an index names not half of one. Left to itself it takes reading rows in their order for cheaper
 * where words are common. An incremental sort hides from it (Postgres 18) that the scan below is switched off.
 */
export async function searchByWords(tx: Tx): Promise<void> {
  await sql`select set_config('enable_seqscan', 'off', true), set_config('enable_indexscan', 'off', true),
    set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
    set_config('enable_incremental_sort', 'off', true), set_config('max_parallel_workers_per_gather', '0', true),
    set_config('cpu_tuple_cost', '9', true), set_config('cpu_index_tuple_cost', '0.4', true),
    set_config('cpu_operator_cost', '0.01', true), set_config('seq_page_cost', '1', true),
    set_config('random_page_cost', '1.1', true)`.execute(tx)
}

/** Until `searchByWords` rows may be read in the order of an index again. */
export async function searchInOrder(tx: Tx): Promise<void> {
  await sql`select set_config('enable_indexscan', 'on', true)`.execute(tx)
}

/**
 * Where the newest `rowCount` rows of a stretch end: an ISO instant that is older than they are, and newer than all
 * others. Of rows of one moment none is cut off: there may be fewer then. Null where the stretch has no more rows.
 */
export async function selectCut(
  db: Db,
  wish: Pick<SearchWish, 'from' | 'to' | 'after'>,
  rowCount: number,
): Promise<string | null> {
  const { rows } = await sql<{ cut: string }>`
    select to_json(received_at + interval '1 microsecond') #>> '{}' as cut from ( -- or it is made of each row passed over
      select s.received_at from search_row s where ${stretch(wish)}
      order by s.received_at desc offset ${rowCount} limit 1) s`.execute(db)
  return rows[0]?.cut ?? null
}

/** How many of the newest `rowCount` rows have the words of each query, in its order. */
export async function countInNewest(db: Db, queries: readonly string[], rowCount: number): Promise<number[]> {
  const { rows } = await sql<{ count: number }>`
    with newest as materialized (
      select s.words from search_row s order by s.received_at desc limit ${rowCount})
    select (select count(*) from newest where words @@ query::tsquery) as count
    from unnest(${[...queries]}::text[]) with ordinality as asked (query, at) order by at`.execute(db)
  return rows.map(row => row.count)
}

/**
 * The newest rows of a stretch of time that have the words, by the index of words; whatever their tickets are like. Of
 * phrases the places are read for so many rows as are asked for.
 *
 * @returns `rows`: those that hold each phrase as it is wanted; `count`: how many have the words, the last of them at `last`
 */
export async function selectByWords(
  db: Db,
  wish: Pick<SearchWish, 'from' | 'to' | 'after' | 'words' | 'also' | 'phrases' | 'rowLimit'>,
): Promise<FoundRows> {
  if (wish.phrases !== null) return await selectInPlace(db, wish, wish.phrases)
  const { rows } = await sql<FoundRow>`
    select ${columns} from search_row s where ${stretch(wish)} and ${wanted(wish)}
    order by s.received_at desc, ${ord} desc limit ${wish.rowLimit}`.execute(db)
  return { rows, count: rows.length, last: rows.at(-1) }
}

async function selectInPlace(
  db: Db,
  wish: Pick<SearchWish, 'from' | 'to' | 'after' | 'words' | 'also' | 'rowLimit'>,
  phrases: string,
): Promise<FoundRows> {
  const { rows } = await sql<FoundRow & { isInPlace: boolean; count: number }>`
    select "messageId", "noteId", ord, "atUs", "hasPlaces", "isInPlace", count from (
      select ${columns}, ${inPlace(phrases)} as "isInPlace", row_number() over () as at, count(*) over () as count
      from (
        select s.* from search_row s where ${stretch(wish)} and ${wanted(wish)}
        order by s.received_at desc, ${ord} desc limit ${wish.rowLimit}) s) asked
    where "isInPlace" or at = count order by "atUs" desc, ord desc`.execute(db)
  const last = rows.at(-1)
  return { rows: rows.filter(row => row.isInPlace), count: last?.count ?? 0, last }
}

/**
 * Which of the found rows may be shown, in their order.
 *
 * @returns `wanted`: those whose ticket is also as wanted; `shown`: how many may be shown at all
 */
export async function selectWanted(
  db: Db,
  found: readonly FoundRow[],
  wish: Pick<SearchWish, 'mailboxIds' | 'conditions'>,
): Promise<{ wanted: FoundRow[]; shown: number }> {
  const messageIds = found.map(row => row.messageId)
  const noteIds = found.map(row => row.noteId)
  const mark = wish.conditions.length > fewConditions ? sql`` : kept
  const { rows } = await sql<{ at: number; isWanted: boolean }>`${mark}
    select s.at, ${likeTicket(wish)} as "isWanted" from unnest(${messageIds}::bigint[], ${noteIds}::bigint[])
      with ordinality as s (message_id, note_id, at) ${tickets} where ${shown(wish)} order by s.at`.execute(
    db,
  )
  return {
    wanted: rows.flatMap(({ at, isWanted }) => (isWanted ? (found[at - 1] ?? []) : [])),
    shown: rows.length,
  }
}

/** The newest hits of a stretch in their order, for conditions that no word narrows. */
export async function selectInOrder(db: Db, wish: SearchWish): Promise<FoundRows> {
  const isInPlace = wish.phrases === null ? sql`true` : inPlace(wish.phrases)
  const { rows } = await sql<FoundRow>`${hits(
    sql`(select s.* from search_row s where ${stretch(wish)} and ${wanted(wish)} and ${isInPlace})`,
    wish,
  )}`.execute(db)
  return { rows, count: rows.length, last: rows.at(-1) }
}

/** What the hits show, in no order. */
export async function selectHits(
  db: Db,
  keys: { messageIds: readonly number[]; noteIds: readonly number[] },
): Promise<HitRow[]> {
  const { rows } = await sql<HitRow>`${kept}
    select f.message_id as "messageId", f.note_id as "noteId", t.number, t.subject, t.mailbox_id as "mailboxId", t.state,
      t.assignee_id as "assigneeId", f.received_at as "receivedAt", f.direction, f.author_id as "authorId",
      c.name as "customerName"
    from (
      select id as message_id, null::bigint as note_id, ticket_id, received_at, direction, author_id
      from message where id = any(${[...keys.messageIds]}::bigint[])
      union all
      select null, id, ticket_id, created_at, null, author_id
      from note where id = any(${[...keys.noteIds]}::bigint[])) f
    join ticket t on t.id = f.ticket_id left join customer c on c.id = t.customer_id`.execute(db)
  return rows
}

/** The first moment of a day where somebody is, in ISO; of a day so long ago, from today there. */
export async function selectDayStart(
  db: Db,
  day: { day: string } | { daysAgo: number } | { monthsAgo: number },
  timeZone: string,
): Promise<string> {
  const local =
    'day' in day
      ? sql`${day.day}::timestamp`
      : sql`date_trunc('day', clock_timestamp() at time zone ${timeZone}
          - make_interval(days => ${'daysAgo' in day ? day.daysAgo : 0}::int,
            months => ${'monthsAgo' in day ? day.monthsAgo : 0}::int))`
  const { rows } = await sql<{ start: string }>`
    select to_json(${local} at time zone ${timeZone}) #>> '{}' as start`.execute(db)
  return rows[0]?.start ?? ''
}

function hits(from: RawBuilder<unknown>, wish: SearchWish): RawBuilder<unknown> {
  return sql`
    select ${columns} from ${from} s ${tickets} where ${shown(wish)} and ${likeTicket(wish)}
    order by s.received_at desc, ${ord} desc limit ${wish.rowLimit}`
}

function shown({ mailboxIds }: Pick<SearchWish, 'mailboxIds'>): RawBuilder<unknown> {
  return sql`t.mailbox_id = any(${[...mailboxIds]}::bigint[]) and o.state is distinct from 'cancelled'`
}

function likeTicket({ conditions }: Pick<SearchWish, 'conditions'>): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join(conditions.map(conditionSql), sql` and `)
}

function stretch({ from, to, after }: Pick<SearchWish, 'from' | 'to' | 'after'>): RawBuilder<unknown> {
  const borders = [
    ...(from === null ? [] : [sql`s.received_at >= ${from}::timestamptz`]),
    ...(to === null ? [] : [sql`s.received_at < ${to}::timestamptz`]),
    ...(after === null
      ? []
      : [
          sql`s.received_at <= ${instantOf(after)}
            and (s.received_at, ${ord}) < (${instantOf(after)}, ${after.ord}::bigint)`,
        ]),
  ]
  return borders.length === 0 ? sql`true` : sql.join(borders, sql` and `)
}

function wanted({ words, also }: Pick<SearchWish, 'words' | 'also'>): RawBuilder<unknown> {
  const byIndex = words === null ? sql`true` : sql`s.words @@ ${words}::tsquery`
  return also === null ? byIndex : sql`${byIndex} and (s.words @@ ${also}::tsquery) is true` // which no index can tell
}

function inPlace(phrases: string): RawBuilder<unknown> {
  return sql`(not s.has_places or s.words @@ ${phrases}::tsquery)`
}

function instantOf({ atUs }: SearchPlace): RawBuilder<unknown> {
  return sql`'epoch'::timestamptz + ${atUs}::float8 * interval '1 microsecond'`
}

function conditionSql(condition: TicketCondition): RawBuilder<unknown> {
  const plain = plainCondition(condition)
  return condition.isNegated ? sql`not (${plain})` : plain
}

function plainCondition(condition: TicketCondition): RawBuilder<unknown> {
  switch (condition.by) {
    case 'state':
      return sql`t.state = ${condition.state}`
    case 'mailboxes':
      return sql`t.mailbox_id = any(${[...condition.mailboxIds]}::bigint[])`
    case 'assignees':
      return sql`coalesce(t.assignee_id = any(${[...condition.agentIds]}::bigint[]), false)`
    case 'nobody':
      return sql`t.assignee_id is null`
    case 'teams':
      return sql`coalesce(t.team_id = any(${[...condition.teamIds]}::bigint[]), false)`
    case 'no-team':
      return sql`t.team_id is null`
    case 'unassigned':
      return sql`(t.assignee_id is null and t.team_id is null)`
    case 'snoozed':
      return sql`t.snoozed_until is not null`
    case 'deleted':
      return sql`t.deleted_at is not null`
    case 'tag':
      return sql`exists (select from ticket_tag tt where tt.ticket_id = t.id
        and tt.tag_id = (select tag.id from tag where tag.name = ${condition.name}))`
  }
}
