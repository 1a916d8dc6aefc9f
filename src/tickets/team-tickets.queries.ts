import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { TicketState } from '../shared/vocabulary.ts'

/** A team as one mailbox is concerned. */
export type TeamOfMailbox = { id: number; name: string; worksThere: boolean }

/**
 * Those of some teams that are not removed. Until the transaction ends none is removed, and each works where it does.
 * Locked by a statement of its own, since one that waited for the lock sees the mailboxes of before.
 */
export async function shareTeams(
  tx: Tx,
  teamIds: readonly number[],
  mailboxId: number,
): Promise<TeamOfMailbox[]> {
  const ids = [...teamIds]
  await sql`select 1 from team where id = any(${ids}::bigint[]) order by id for share`.execute(tx)
  const { rows } = await sql<TeamOfMailbox>`
    select t.id, t.name, exists (
      select from team_mailbox m where m.team_id = t.id and m.mailbox_id = ${mailboxId}) as "worksThere"
    from team t where t.id = any(${ids}::bigint[]) and t.removed_at is null order by t.id`.execute(tx)
  return rows
}

/** The active members of some teams who may use a mailbox. */
export async function selectMembersOf(
  tx: Tx,
  teamIds: readonly number[],
  mailboxId: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct a.id from team_member m join agent a on a.id = m.agent_id
    where m.team_id = any(${[...teamIds]}::bigint[]) and a.state = 'active' and (a.role <> 'agent' or exists (
      select from agent_mailbox am where am.agent_id = a.id and am.mailbox_id = ${mailboxId}))
    order by a.id`.execute(tx)
  return rows.map(row => row.id)
}

/** The team a ticket, locked by now, belongs to. */
export async function selectTeamOf(tx: Tx, ticketId: number): Promise<number | null> {
  const row = await tx.selectFrom('ticket').select('team_id').where('id', '=', ticketId).executeTakeFirst()
  return row?.team_id ?? null
}

/** Writes the team a ticket belongs to; null is none. */
export async function writeTeam(tx: Tx, ticketId: number, teamId: number | null): Promise<void> {
  await tx.updateTable('ticket').set({ team_id: teamId }).where('id', '=', ticketId).execute()
}

/**
 * Gives tickets that were in Spam from the first moment, and nobody gave to a team, to the default teams of their mailboxes.
 * A default team goes on working in its mailbox until the transaction ends.
 */
export async function takeDefaultTeams(
  tx: Tx,
  ticketIds: readonly number[],
): Promise<{ ticketId: number; teamId: number }[]> {
  const ids = [...ticketIds]
  const { rows } = await sql<{ ticketId: number; teamId: number }>`
    with working as materialized (
      select w.mailbox_id, w.team_id
      from team_mailbox w
        join mailbox on mailbox.id = w.mailbox_id and mailbox.default_team_id = w.team_id
        join team on team.id = w.team_id and team.removed_at is null
      where w.mailbox_id in (select mailbox_id from ticket where id = any(${ids}::bigint[]))
      for key share of w
    )
    update ticket t set team_id = working.team_id from working
    where t.id = any(${ids}::bigint[]) and t.mailbox_id = working.mailbox_id and t.team_id is null
      and not exists (select from ticket_event e where e.ticket_id = t.id
        and (e.kind = 'team_assigned' or (e.kind = 'state_changed' and e.data ->> 'to' = 'spam')))
    returning t.id as "ticketId", t.team_id as "teamId"`.execute(tx)
  return rows
}

/** Of the tickets of a team those in mailboxes where it does not work, all of them if it is removed. */
const isStranded = (teamId: number) => sql<boolean>`ticket.team_id = ${teamId} and not exists (
  select from team_mailbox m join team on team.id = m.team_id
  where team.id = ${teamId} and team.removed_at is null and m.mailbox_id = ticket.mailbox_id)`

/** How many tickets in some states a team has where it does not work. */
export async function countStranded(tx: Tx, teamId: number, states: readonly TicketState[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from ticket
    where state = any(${[...states]}::text[]) and ${isStranded(teamId)}`.execute(tx)
  return rows[0]?.count ?? 0
}

/** The first of those by id. */
export async function selectStranded(
  db: Db,
  teamId: number,
  states: readonly TicketState[],
  rowLimit: number,
): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from ticket where state = any(${[...states]}::text[]) and ${isStranded(teamId)}
    order by id limit ${rowLimit}`.execute(db)
  return rows.map(row => row.id)
}

/** Takes a team off those of some tickets, locked by now, that it still has where it does not work. @returns them */
export async function clearStranded(
  tx: Tx,
  teamId: number,
  ticketIds: readonly number[],
): Promise<{ id: number; state: string }[]> {
  const { rows } = await sql<{ id: number; state: string }>`
    update ticket set team_id = null where id = any(${[...ticketIds]}::bigint[]) and ${isStranded(teamId)}
    returning id, state`.execute(tx)
  return rows
}

/** How many tickets stand in the queue of each team that works in one of the mailboxes, counted up to `rowLimit`. */
export async function countTeamQueues(
  db: Db,
  mailboxIds: readonly number[],
  rowLimit: number,
): Promise<{ teamId: number; count: number }[]> {
  const { rows } = await sql<{ teamId: number; count: number }>`${kept}
    select team.id as "teamId", (select count(*) from (
      select 1 from ticket t where t.team_id = team.id and t.state in ('open', 'waiting')
        and t.snoozed_until is null and t.deleted_at is null and t.merged_into_id is null and t.twin_of_id is null
        and t.mailbox_id = any(${[...mailboxIds]}::bigint[]) limit ${rowLimit}) counted) as count
    from team where team.removed_at is null and exists (
      select from team_mailbox m where m.team_id = team.id and m.mailbox_id = any(${[...mailboxIds]}::bigint[]))
    order by lower(team.name), team.id`.execute(db)
  return rows
}
