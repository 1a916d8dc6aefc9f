import type { Db, Tx } from '../db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../db/faults.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import {
  insertTeam,
  lockTeam,
  replaceMembers,
  replaceTeamMailboxes,
  selectTeams,
  type TeamRow,
  writeTeamName,
  writeTeamRemoved,
} from './teams.queries.ts'

/** What an admin says of a team. */
export type TeamContent = { name: string; memberIds: readonly number[]; mailboxIds: readonly number[] }

/** All teams by name; removed ones are among them, for what is told of them. */
export async function listTeams(db: Db): Promise<TeamRow[]> {
  return await selectTeams(db)
}

/** Makes a team. @throws AppError `team-name-taken`, `unknown-agent`, `unknown-mailbox` */
export async function createTeam(tx: Tx, content: TeamContent): Promise<TeamRow> {
  const teamId = await named(() => insertTeam(tx, content.name.trim()))
  await setParts(tx, teamId, content)
  return await getTeam(tx, teamId)
}

/**
 * Changes name, members or mailboxes; what is left out stays. Its tickets in mailboxes that are taken away are the
 * caller's to release (`tickets/release-tickets.ts`).
 *
 * @throws NotFound; as createTeam
 */
export async function updateTeam(
  tx: Tx,
  teamId: number,
  { name, ...parts }: { [K in keyof TeamContent]?: TeamContent[K] | undefined },
): Promise<TeamRow> {
  if (!(await lockTeam(tx, teamId))) throw new NotFound('team', { teamId })
  if (name !== undefined) await named(() => writeTeamName(tx, teamId, name.trim()))
  await setParts(tx, teamId, parts)
  return await getTeam(tx, teamId)
}

/**
 * Ends a team; its name stays for the history, and is free for another. Its tickets are the caller's to release, once
 * this is committed: none gets it from then on (`tickets/release-tickets.ts`).
 *
 * @throws NotFound
 */
export async function removeTeam(tx: Tx, teamId: number): Promise<void> {
  if (!(await lockTeam(tx, teamId))) throw new NotFound('team', { teamId })
  await writeTeamRemoved(tx, teamId)
}

async function getTeam(tx: Tx, teamId: number): Promise<TeamRow> {
  const [team] = await selectTeams(tx, teamId)
  if (team === undefined) throw new NotFound('team', { teamId })
  return team
}

async function named<T>(write: () => Promise<T>): Promise<T> {
  try {
    return await write()
  } catch (cause) {
    if (!isUniqueViolation(cause, 'team_name')) throw cause
    throw new AppError('team-name-taken', 'a team of this name exists', {}, { cause })
  }
}

async function setParts(
  tx: Tx,
  teamId: number,
  parts: { memberIds?: readonly number[] | undefined; mailboxIds?: readonly number[] | undefined },
): Promise<void> {
  const { memberIds, mailboxIds } = parts
  if (memberIds !== undefined) await known('unknown-agent', () => replaceMembers(tx, teamId, memberIds))
  if (mailboxIds !== undefined)
    await known('unknown-mailbox', () => replaceTeamMailboxes(tx, teamId, mailboxIds))
}

async function known(code: 'unknown-agent' | 'unknown-mailbox', write: () => Promise<void>): Promise<void> {
  try {
    await write()
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause
    throw new AppError(code, 'one of what the team is made of does not exist', {}, { cause })
  }
}
