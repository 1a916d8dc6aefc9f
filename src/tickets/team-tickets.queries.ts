import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** A team as one mailbox is concerned. */
export type TeamOfMailbox = { id: number; name: string; worksThere: boolean }

/** Those of some teams that are not removed; they are not before the transaction ends. */
export async function shareTeams(
  tx: Tx,
  teamIds: readonly number[],
  mailboxId: number,
): Promise<TeamOfMailbox[]> {
  const { rows } = await sql<TeamOfMailbox>`
    select t.id, t.name, exists (
      select from team_mailbox m where m.team_id = t.id and m.mailbox_id = ${mailboxId}) as "worksThere"
    from team t where t.id = any(${[...teamIds]}::bigint[]) and t.removed_at is null
    order by t.id for share of t`.execute(tx)
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

/** Takes a team off all its tickets, in order of id; gives back those that were open or waiting. */
export async function clearTeam(tx: Tx, teamId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number; state: string }>`
    with held as (select id from ticket where team_id = ${teamId} order by id for no key update)
    update ticket set team_id = null from held where ticket.id = held.id
    returning ticket.id, ticket.state`.execute(tx)
  return rows.filter(row => row.state === 'open' || row.state === 'waiting').map(row => row.id)
}

/** How many tickets stand in the queue of each team that works in one of the mailboxes, counted up to `rowLimit`. */
export async function countTeamQueues(
  db: Db,
  mailboxIds: readonly number[],
  rowLimit: number,
): Promise<{ teamId: number; count: number }[]> {
  const { rows } = await sql<{ teamId: number; count: number }>`
    select team.id as "teamId", (select count(*) from (
      select 1 from ticket t where t.team_id = team.id and t.state in ('open', 'waiting')
        and t.snoozed_until is null and t.deleted_at is null and t.merged_into_id is null and t.twin_of_id is null
        and t.mailbox_id = any(${[...mailboxIds]}::bigint[]) limit ${rowLimit}) counted) as count
    from team where team.removed_at is null and exists (
      select from team_mailbox m where m.team_id = team.id and m.mailbox_id = any(${[...mailboxIds]}::bigint[]))
    order by lower(team.name), team.id`.execute(db)
  return rows
}
