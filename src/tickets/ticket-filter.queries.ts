import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { TicketPriority, TicketState } from '../shared/vocabulary.ts'

/** Whose tickets may be; `orNobody`: also those that neither an agent nor a team has. */
export type Owners = { agentIds: readonly number[]; teamIds: readonly number[]; orNobody: boolean }

/** What a filter asks of a ticket, in ids: null asks nothing, an empty list fits nothing. Mailboxes are the list's. */
export type KnownFilter = {
  states: readonly TicketState[] | null
  owners: Owners | null
  tagIds: readonly number[] | null
  languages: readonly string[] | null
  priorities: readonly TicketPriority[] | null
  waitingMinutes: number | null
  /** The tickets that its text was found in. */
  foundIds: readonly number[] | null
}

/** How the tags and the language of a ticket are read: by the row `t` of a list, or from what was read with it. */
type Reading = {
  hasTag: (ids: readonly number[]) => RawBuilder<unknown>
  hasLanguage: (languages: readonly string[]) => RawBuilder<unknown>
}

// One by one and in this order only: `offset 0` keeps the planner from turning the lists' order round.
const byRow: Reading = {
  hasTag: ids => sql`exists (select from ticket_tag tt
    where tt.ticket_id = t.id and tt.tag_id = any(${[...ids]}::bigint[]) offset 0)`,
  hasLanguage: languages => sql`exists (select from customer k
    where k.id = t.customer_id and k.language = any(${[...languages]}::text[]) offset 0)`,
}

/** For rows `t` that carry `tag_ids` and `language`. */
export const asRead: Reading = {
  hasTag: ids => sql`t.tag_ids && ${[...ids]}::bigint[]`,
  hasLanguage: languages => sql`t.language = any(${[...languages]}::text[])`,
}

/** What each ticket `t` of a narrowed list must be like. */
export function filterCondition(filter: KnownFilter, reading: Reading = byRow): RawBuilder<unknown> {
  const { states, owners, tagIds, languages, priorities, waitingMinutes, foundIds } = filter
  const conditions = [
    ...(states === null ? [] : [sql`t.state = any(${[...states]}::text[])`]),
    ...(owners === null ? [] : [ownersCondition(owners)]),
    ...(priorities === null ? [] : [sql`t.priority = any(${[...priorities]}::text[])`]),
    ...(waitingMinutes === null ? [] : [waitsLonger(waitingMinutes)]),
    ...(foundIds === null ? [] : [sql`t.id = any(${[...foundIds]}::bigint[])`]),
    ...(tagIds === null ? [] : [reading.hasTag(tagIds)]),
    ...(languages === null ? [] : [reading.hasLanguage(languages)]),
  ]
  return conditions.length === 0 ? sql`true` : sql`(${sql.join(conditions, sql` and `)})`
}

function ownersCondition({ agentIds, teamIds, orNobody }: Owners): RawBuilder<unknown> {
  const any = [
    sql`t.assignee_id = any(${[...agentIds]}::bigint[])`,
    sql`t.team_id = any(${[...teamIds]}::bigint[])`,
    ...(orNobody ? [sql`(t.assignee_id is null and t.team_id is null)`] : []),
  ]
  return sql`(${sql.join(any, sql` or `)})`
}

function waitsLonger(minutes: number): RawBuilder<unknown> {
  return sql`t.waiting_since < now() - make_interval(mins => ${minutes}::int)`
}

/**
 * The only tickets that can fit, where some index knows that they are few: the list is read from those and not in its
 * order. Each part that may be rare is asked for one more than `limit`, until one is within. Some may be there twice.
 *
 * @param within `mailboxIds`: of the list; `isTrash`: what waits is known by index elsewhere alone
 * @returns null where none is rare
 */
export async function selectFew(
  db: Db,
  filter: KnownFilter,
  within: { mailboxIds: readonly number[]; isTrash: boolean; limit: number },
): Promise<readonly number[] | null> {
  if (filter.foundIds !== null) return filter.foundIds
  for (const rare of rareParts(filter, within)) {
    const { rows } = await sql<{ id: number }>`${rare} limit ${within.limit + 1}`.execute(db)
    if (rows.length <= within.limit) return rows.map(row => row.id)
  }
  return null
}

function rareParts(
  filter: KnownFilter,
  { mailboxIds, isTrash }: { mailboxIds: readonly number[]; isTrash: boolean },
): RawBuilder<unknown>[] {
  const { tagIds, languages, priorities, waitingMinutes, owners } = filter
  const parts: RawBuilder<unknown>[] = []
  if (tagIds !== null) {
    parts.push(sql`select ticket_id as id from ticket_tag where tag_id = any(${[...tagIds]}::bigint[])`)
  }
  if (waitingMinutes !== null && !isTrash) {
    parts.push(sql`select t.id from ticket t where t.mailbox_id = any(${[...mailboxIds]}::bigint[])
      and ${waitsLonger(waitingMinutes)} and t.deleted_at is null`)
  }
  if (priorities !== null && !priorities.includes('normal')) {
    parts.push(sql`select id from ticket
      where priority = any(${[...priorities]}::text[]) and priority <> 'normal'`)
  }
  if (owners !== null && !owners.orNobody) {
    parts.push(sql`select id from (
      select id from ticket where assignee_id = any(${[...owners.agentIds]}::bigint[])
      union all select id from ticket where team_id = any(${[...owners.teamIds]}::bigint[])) owned`)
  }
  if (languages !== null) {
    parts.push(sql`select t.id from customer k join ticket t on t.customer_id = k.id
      where k.language = any(${[...languages]}::text[])`)
  }
  return parts
}

/** The tags of these names; those that are none are left out. */
export async function selectTagIds(
  db: Db,
  names: readonly string[],
): Promise<{ id: number; name: string }[]> {
  return await db
    .selectFrom('tag')
    .select(['id', 'name'])
    .where('name', 'in', [...names])
    .execute()
}

/** The tickets in which messages are now. */
export async function selectTicketsOf(db: Db, messageIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct ticket_id as id from message where id = any(${[...messageIds]}::bigint[])`.execute(db)
  return rows.map(row => row.id)
}
