import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Doing } from '../shared/vocabulary.ts'

/** What a tab of an agent shows. */
export type Announcement = { agentId: number; tab: string; ticketId: number; doing: Doing }

/** One agent on one ticket, by the most that one of their tabs does there. */
export type PresentAgent = {
  ticketId: number
  number: number
  mailboxId: number
  agentId: number
  name: string
  doing: Doing
}

/** How long an announcement counts: two beats of the tab may be late. */
const freshS = 25
// More tabs than anyone has open: a client that invents names fills nothing.
const maxTabs = 30

/**
 * Writes down what a tab shows.
 *
 * @returns whether that is news to others; false for a mere beat, and for an agent with too many tabs
 */
export async function upsertPresence(
  db: Db,
  { agentId, tab, ticketId, doing }: Announcement,
): Promise<boolean> {
  const { rows } = await sql<{ isNews: boolean }>`
    with before as (
      select ticket_id, doing, seen_at > clock_timestamp() - make_interval(secs => ${freshS}) as is_fresh
      from presence where agent_id = ${agentId} and tab = ${tab}
    ), written as (
      insert into presence (agent_id, tab, ticket_id, doing)
      select ${agentId}, ${tab}, ${ticketId}, ${doing}
      where exists (select from before)
        or (select count(*) from presence where agent_id = ${agentId}) < ${maxTabs}
      on conflict (agent_id, tab) do update
        set ticket_id = excluded.ticket_id, doing = excluded.doing, seen_at = clock_timestamp()
      returning ticket_id, doing
    )
    select not exists (
      select from before where is_fresh and ticket_id = written.ticket_id and doing = written.doing
    ) as "isNews" from written`.execute(db)
  return rows[0]?.isNews ?? false
}

/** Forgets what a tab showed. @returns whether it showed something */
export async function deletePresence(db: Db, agentId: number, tab: string): Promise<boolean> {
  const { rows } = await sql`
    delete from presence where agent_id = ${agentId} and tab = ${tab} returning 1`.execute(db)
  return rows.length > 0
}

/** Everybody who is on a ticket now, by ticket and name, on all nodes. Tickets that were merged away have nobody. */
export async function selectPresentAgents(db: Db): Promise<PresentAgent[]> {
  const { rows } = await sql<PresentAgent>`
    select t.id as "ticketId", t.number, t.mailbox_id as "mailboxId", a.id as "agentId", a.name,
      (array_agg(p.doing order by array_position(array['replying', 'noting', 'viewing'], p.doing)))[1] as doing
    from presence p join ticket t on t.id = p.ticket_id join agent a on a.id = p.agent_id
    where p.seen_at > clock_timestamp() - make_interval(secs => ${freshS})
      and t.merged_into_id is null and a.state = 'active'
    group by t.id, a.id
    order by t.id, a.name, a.id`.execute(db)
  return rows
}
