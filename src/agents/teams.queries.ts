import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** A team with who is in it and where it works. */
export type TeamRow = {
  id: number
  name: string
  memberIds: number[]
  mailboxIds: number[]
  isRemoved: boolean
}

/** All teams by name, or one; agents that were deactivated and mailboxes that were removed left out. */
export async function selectTeams(db: Db, teamId?: number): Promise<TeamRow[]> {
  const isWanted = teamId === undefined ? sql`true` : sql`t.id = ${teamId}`
  const { rows } = await sql<TeamRow>`
    select t.id, t.name, t.removed_at is not null as "isRemoved",
      array(select m.agent_id from team_member m join agent a on a.id = m.agent_id
        where m.team_id = t.id and a.state <> 'deactivated' order by m.agent_id) as "memberIds",
      array(select m.mailbox_id from team_mailbox m join mailbox b on b.id = m.mailbox_id
        where m.team_id = t.id and b.removed_at is null order by m.mailbox_id) as "mailboxIds"
    from team t where ${isWanted} order by lower(t.name), t.id`.execute(db)
  return rows
}

/** Adds a team; the unique index on the name decides who was first. @returns its id */
export async function insertTeam(tx: Tx, name: string): Promise<number> {
  const { id } = await tx.insertInto('team').values({ name }).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Renames a team; breaks the unique index where another that stands has the name, in whatever letters. */
export async function writeTeamName(tx: Tx, teamId: number, name: string): Promise<void> {
  await tx.updateTable('team').set({ name }).where('id', '=', teamId).execute()
}

/** Gives a team exactly these members; unknown ids break the foreign key. */
export async function replaceMembers(tx: Tx, teamId: number, agentIds: readonly number[]): Promise<void> {
  await tx.deleteFrom('team_member').where('team_id', '=', teamId).execute()
  await sql`insert into team_member (team_id, agent_id)
    select ${teamId}, id from (select distinct unnest(${[...agentIds]}::bigint[]) as id) given`.execute(tx)
}

/** Gives a team exactly these mailboxes; unknown ids break the foreign key. It is the default in none that it leaves. */
export async function replaceTeamMailboxes(
  tx: Tx,
  teamId: number,
  mailboxIds: readonly number[],
): Promise<void> {
  const ids = [...mailboxIds]
  // Only those it leaves: a row that goes takes the default of its mailbox with it.
  await sql`delete from team_mailbox where team_id = ${teamId} and mailbox_id <> all(${ids}::bigint[])`.execute(
    tx,
  )
  await sql`insert into team_mailbox (team_id, mailbox_id)
    select ${teamId}, id from (select distinct unnest(${ids}::bigint[]) as id) given
    on conflict do nothing`.execute(tx)
}

/** Holds a team that is not removed until the transaction ends. @returns whether there is one */
export async function lockTeam(tx: Tx, teamId: number): Promise<boolean> {
  const { rows } = await sql`
    select 1 from team where id = ${teamId} and removed_at is null for no key update`.execute(tx)
  return rows.length > 0
}

/** Ends a team: what refers to it still finds its row, its name is free, and it works nowhere. */
export async function writeTeamRemoved(tx: Tx, teamId: number): Promise<void> {
  await sql`update team set removed_at = clock_timestamp() where id = ${teamId}`.execute(tx)
  await replaceTeamMailboxes(tx, teamId, [])
}
