import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { TicketPriority } from '../shared/vocabulary.ts'
import { bringsMessages, eventOfAct } from './re-place.queries.ts'
import { groupsOf } from './twins.queries.ts'

/** Until when a ticket is put away: an instant, or until its customer writes. */
export type SnoozeEnd = Date | 'reply'

/** What of a ticket says whether it is put away. `snoozedUntil` is null while `isSnoozed` where only a mail ends it. */
export type PutAwayRow = {
  isSnoozed: boolean
  snoozedUntil: Date | null
  isDeleted: boolean
  priority: TicketPriority
}

/** Reads it of a ticket that the caller holds locked. */
export async function selectPutAway(tx: Tx, ticketId: number): Promise<PutAwayRow | undefined> {
  const { rows } = await sql<PutAwayRow>`
    select snoozed_until is not null as "isSnoozed", nullif(snoozed_until, 'infinity') as "snoozedUntil",
      deleted_at is not null as "isDeleted", priority
    from ticket where id = ${ticketId}`.execute(tx)
  return rows[0]
}

/** Puts a lead and its twins away, or back (null); the caller holds their locks. */
export async function writeSnooze(tx: Tx, leadId: number, until: SnoozeEnd | null): Promise<void> {
  await sql`
    update ticket set snoozed_until = ${until === 'reply' ? 'infinity' : until}::timestamptz
    where id = ${leadId} or twin_of_id = ${leadId}`.execute(tx)
}

/** Whether an instant is ahead, by the clock that ends the snooze. */
export async function isAhead(tx: Tx, at: Date): Promise<boolean> {
  const { rows } = await sql<{ isAhead: boolean }>`
    select ${at}::timestamptz > clock_timestamp() as "isAhead"`.execute(tx)
  return rows[0]?.isAhead === true
}

/** Throws a lead and its twins into the Trash; the caller holds their locks. @returns all of them */
export async function writeDeleted(tx: Tx, leadId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update ticket set deleted_at = clock_timestamp()
    where (id = ${leadId} or twin_of_id = ${leadId}) and deleted_at is null returning id`.execute(tx)
  return rows.map(row => row.id)
}

/** Takes a lead and its twins out of the Trash; the caller holds their locks. @returns all of them */
export async function writeRestored(tx: Tx, leadId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    update ticket set deleted_at = null
    where (id = ${leadId} or twin_of_id = ${leadId}) and deleted_at is not null returning id`.execute(tx)
  return rows.map(row => row.id)
}

/** Takes tickets, with their leads and twins, out of the Trash; the caller holds their locks. @returns all of them */
export async function updateRestored(tx: Tx, ticketIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    with ${groupsOf(ticketIds)}
    update ticket set deleted_at = null from member
    where ticket.id = member.id and ticket.deleted_at is not null returning ticket.id`.execute(tx)
  return rows.map(row => row.id).sort((a, b) => a - b)
}

/** Writes how urgent a ticket is. */
export async function writePriority(tx: Tx, ticketId: number, priority: TicketPriority): Promise<void> {
  await tx.updateTable('ticket').set({ priority }).where('id', '=', ticketId).execute()
}

/** A ticket that is looked at again. `until` is null where only a mail would have ended its snooze. */
export type WokenRow = { id: number; wasSnoozed: boolean; until: Date | null; wasDeleted: boolean }

/**
 * Wakes tickets with all their twins, and takes them out of the Trash; spam stays where it is. The caller holds
 * their locks; what others hold is left out, so that this waits for nobody.
 */
export async function updateAwake(tx: Tx, ticketIds: readonly number[]): Promise<WokenRow[]> {
  const { rows } = await sql<WokenRow>`
    with lead as materialized (
      select distinct coalesce(twin_of_id, id) as id from ticket where id = any(${[...ticketIds]}::bigint[])
    ), member as materialized (
      select id from lead union select t.id from lead join ticket t on t.twin_of_id = lead.id
    ), was as materialized (
      select t.id, t.snoozed_until, t.deleted_at from member join ticket t on t.id = member.id
      where (t.snoozed_until is not null or t.deleted_at is not null) and t.state <> 'spam'
      order by t.id for no key update of t skip locked)
    update ticket set snoozed_until = null, deleted_at = null from was where ticket.id = was.id
    returning ticket.id, was.snoozed_until is not null as "wasSnoozed",
      nullif(was.snoozed_until, 'infinity') as until, was.deleted_at is not null as "wasDeleted"`.execute(tx)
  return rows.toSorted((a, b) => a.id - b.id)
}

/** Tickets whose time has come, the longest due first; twins come with their lead, what is in the Trash sleeps on. */
export async function selectDueSnoozes(db: Db, rowLimit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from ticket where ${isDue} order by snoozed_until, id limit ${rowLimit}`.execute(db)
  return rows.map(row => row.id)
}

/** What keeps a ticket out of sight, as its columns have it, to the microsecond; null where nothing does. */
export type OutOfSight = { snoozedUntil: string | null; deletedAt: string | null }

/** How a merge changed where its survivor is, kept so that it can be undone. */
export type SightChange = { was: OutOfSight; became: OutOfSight }

/** Adds how a merge changed where its survivor is to what undoing it will look at. */
export async function writeSightOfMerge(tx: Tx, mergeId: number, sight: SightChange): Promise<void> {
  await sql`update ticket_merge set changes = changes || ${JSON.stringify({ sight })}::jsonb
    where id = ${mergeId}`.execute(tx)
}

/** The survivor of a merge that is out of sight, and how that is to change; `earlierEnd` is of a snooze that is `moved`. */
export type HiddenSurvivor = {
  leadId: number
  leavesTrash: boolean
  snooze: 'ends' | 'moved' | 'stays'
  earlierEnd: Date | null
}

/**
 * How a merge changes where its survivor is: nothing that is not in the Trash may get there by a merge, what is open and at
 * hand wakes what it goes into, and of two snoozes the first end counts. The caller holds their locks.
 *
 * @returns undefined where the survivor is in sight, or the other in the Trash itself
 */
export async function selectHiddenSurvivor(
  tx: Tx,
  survivorId: number,
  mergedId: number,
): Promise<HiddenSurvivor | undefined> {
  const { rows } = await sql<HiddenSurvivor>`
    select coalesce(s.twin_of_id, s.id) as "leadId", s.deleted_at is not null as "leavesTrash",
      case when s.snoozed_until is null then 'stays'
        when m.snoozed_until < s.snoozed_until then 'moved'
        when m.snoozed_until is null and m.state = 'open' then 'ends' else 'stays' end as snooze,
      case when m.snoozed_until < s.snoozed_until then m.snoozed_until end as "earlierEnd"
    from ticket s join ticket m on m.id = ${mergedId}
    where s.id = ${survivorId} and m.deleted_at is null
      and (s.deleted_at is not null or s.snoozed_until is not null)`.execute(tx)
  return rows[0]
}

/** What of a ticket keeps it out of sight. */
export async function selectOutOfSight(tx: Tx, ticketId: number): Promise<OutOfSight | undefined> {
  const { rows } = await sql<OutOfSight>`
    select snoozed_until::text as "snoozedUntil", deleted_at::text as "deletedAt" from ticket
    where id = ${ticketId}`.execute(tx)
  return rows[0]
}

/**
 * Whether anything came into the survivor of a merge since, or an agent has a draft of it: what would be overlooked in the Trash
 * or behind a snooze, and end with the first.
 */
export async function isUsedSinceMerge(tx: Tx, survivorId: number, mergeId: number): Promise<boolean> {
  const { rows } = await sql<{ is: boolean }>`
    with kin as (select id from ticket where id = ${survivorId} or twin_of_id = ${survivorId})
    select exists (select from draft where ticket_id in (select id from kin)) or exists (
      select from ticket_event e where e.ticket_id in (select id from kin)
        and (e.kind in ('message_received', 'reply_queued', 'answered_elsewhere', 'note_written') or ${bringsMessages})
        and e.id > ${eventOfAct(survivorId, { mergeId })}) as is`.execute(tx)
  return rows[0]?.is ?? true
}

/**
 * Puts a ticket, with its twins, out of sight again as it was, where it still is as something left it; a snooze whose time has
 * come meanwhile is over, and the time in the Trash begins anew. The caller holds their locks.
 *
 * @returns how it is then; undefined where somebody changed it since
 */
export async function writeOutOfSight(
  tx: Tx,
  ticketId: number,
  { was, became }: SightChange,
): Promise<{ snoozedUntil: Date | null; isSnoozed: boolean; isDeleted: boolean } | undefined> {
  const { rows } = await sql<{
    id: number
    snoozedUntil: Date | null
    isSnoozed: boolean
    isDeleted: boolean
  }>`
    update ticket set deleted_at = case
        when ${was.deletedAt === became.deletedAt} then deleted_at
        when ${was.deletedAt !== null} then clock_timestamp() end, snoozed_until = case
      when ${was.snoozedUntil}::timestamptz > clock_timestamp() then ${was.snoozedUntil}::timestamptz end
    from (select coalesce(twin_of_id, id) as id from ticket where id = ${ticketId}
      and snoozed_until is not distinct from ${became.snoozedUntil}::timestamptz
      and deleted_at is not distinct from ${became.deletedAt}::timestamptz) lead
    where ticket.id = lead.id or ticket.twin_of_id = lead.id
    returning ticket.id, nullif(snoozed_until, 'infinity') as "snoozedUntil", snoozed_until is not null as "isSnoozed",
      deleted_at is not null as "isDeleted"`.execute(tx)
  return rows.find(row => row.id === ticketId)
}

/** Which of some tickets, locked by now, are still due. */
export async function selectStillDue(tx: Tx, ticketIds: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from ticket where id = any(${[...ticketIds]}::bigint[]) and ${isDue} order by id`.execute(tx)
  return rows.map(row => row.id)
}

const isDue = sql`snoozed_until <= clock_timestamp() and deleted_at is null and twin_of_id is null
  and merged_into_id is null`

/** Lets an agent follow a ticket. Twice is as good as once. */
export async function insertFollower(tx: Tx, ticketId: number, agentId: number): Promise<void> {
  await sql`insert into ticket_follower (ticket_id, agent_id) values (${ticketId}, ${agentId})
    on conflict do nothing`.execute(tx)
}

/** Lets an agent follow a ticket no longer; where they did not, nothing happens. */
export async function deleteFollower(tx: Tx, ticketId: number, agentId: number): Promise<void> {
  await tx
    .deleteFrom('ticket_follower')
    .where('ticket_id', '=', ticketId)
    .where('agent_id', '=', agentId)
    .execute()
}

/** Lets who follows one ticket follow another too, as when it is merged into that. */
export async function copyFollowers(tx: Tx, fromId: number, toId: number): Promise<void> {
  await sql`insert into ticket_follower (ticket_id, agent_id)
    select ${toId}::bigint, agent_id from ticket_follower where ticket_id = ${fromId}
    on conflict do nothing`.execute(tx)
}
