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

// How exactly it is known when a ticket was last on a screen: not each beat of a tab is written.
const seenStepS = 50

/**
 * Writes down what a tab shows, and that its agent has seen the ticket. Who writes may look something up in another tab
 * meanwhile: that shows them nothing.
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
    ), seen as (
      insert into ticket_seen (agent_id, ticket_id)
      select ${agentId}, ticket_id from (
        select ${ticketId}::bigint as ticket_id where not exists (
          select from before where is_fresh and ticket_id = ${ticketId} and doing <> 'viewing' and ${doing} <> 'viewing')
        union
        select ticket_id from before where is_fresh and doing = 'viewing') place
      order by ticket_id
      on conflict (agent_id, ticket_id) do update set at = clock_timestamp()
        where ticket_seen.at < clock_timestamp() - make_interval(secs => ${seenStepS}) or excluded.ticket_id <> ${ticketId}
    )
    select not exists (
      select from before where is_fresh and ticket_id = written.ticket_id and doing = written.doing
    ) as "isNews" from written`.execute(db)
  return rows[0]?.isNews ?? false
}

/** Forgets what a tab showed; its agent saw the ticket until now. @returns whether it showed something */
export async function deletePresence(db: Db, agentId: number, tab: string): Promise<boolean> {
  const { rows } = await sql`
    with gone as (
      delete from presence where agent_id = ${agentId} and tab = ${tab} returning ticket_id, doing, seen_at
    ), seen as (
      insert into ticket_seen (agent_id, ticket_id)
      select ${agentId}, ticket_id from gone
      where doing = 'viewing' and seen_at > clock_timestamp() - make_interval(secs => ${freshS})
      on conflict (agent_id, ticket_id) do update set at = clock_timestamp()
    )
    select from gone`.execute(db)
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

/** Deletes what tabs showed that have been silent for so long. @returns how many */
export async function deleteOldPresence(db: Db, hours: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from presence where seen_at < clock_timestamp() - make_interval(hours => ${hours})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}

/** Deletes who has seen which ticket, where that is so long ago. @returns how many */
export async function deleteOldSightings(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from ticket_seen where at < clock_timestamp() - make_interval(days => ${days})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
