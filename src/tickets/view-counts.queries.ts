import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { QueueRule } from './queues.ts'
import { asRead, filterCondition, type KnownFilter } from './ticket-filter.queries.ts'
import { ownerCondition } from './ticket-list.queries.ts'

/** What one view counts of the tickets at hand. */
export type AtHandWish = { rule: QueueRule; mailboxIds: readonly number[]; filter: KnownFilter }

/**
 * How many of the tickets at hand each of several views holds. The tickets are read once for all of them, so that it
 * costs what is at hand and not how many views there are.
 *
 * @param within whose mailboxes, and how many tickets are read at most: `isWhole` says whether those were all
 */
export async function countAtHand(
  db: Db,
  wishes: readonly AtHandWish[],
  within: { agentId: number; mailboxIds: readonly number[]; rowLimit: number },
): Promise<{ counts: number[]; isWhole: boolean }> {
  const needsTags = wishes.some(({ filter }) => filter.tagIds !== null)
  const needsLanguage = wishes.some(({ filter }) => filter.languages !== null)
  const counts = wishes.map(wish => sql`count(*) filter (where ${isOfView(wish, within.agentId)})`)
  const { rows } = await sql<{ counts: number[]; looked: number }>`
    with hand as materialized (
      select t.id, t.mailbox_id, t.state, t.assignee_id, t.team_id, t.priority, t.waiting_since,
        ${needsTags ? sql`array(select tag_id from ticket_tag tt where tt.ticket_id = t.id)` : sql`null::bigint[]`} as tag_ids,
        ${needsLanguage ? sql`(select k.language from customer k where k.id = t.customer_id)` : sql`null::text`} as language
      from ticket t where t.mailbox_id = any(${[...within.mailboxIds]}::bigint[])
        and t.state in ('open', 'waiting') and t.snoozed_until is null and t.deleted_at is null
        and t.merged_into_id is null and t.twin_of_id is null
      limit ${within.rowLimit})
    select array[${sql.join(counts)}]::int[] as counts, count(*) as looked from hand t`.execute(db)
  const [row] = rows
  return { counts: row?.counts ?? [], isWhole: (row?.looked ?? 0) < within.rowLimit }
}

function isOfView({ rule, mailboxIds, filter }: AtHandWish, agentId: number): RawBuilder<unknown> {
  return sql`t.mailbox_id = any(${[...mailboxIds]}::bigint[]) and ${ownerCondition({ rule, agentId })}
    and ${filterCondition(filter, asRead)}`
}
