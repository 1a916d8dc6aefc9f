import { sql } from 'kysely'
import type { Db } from '../../src/db/database.ts'
import { deactivateAgent } from '../../src/shared/agents.ts'
import { createTeam } from '../../src/shared/teams.ts'
import type { DeskAgent, DeskBuilders } from '../support/desk-builders.ts'
import { PRINCIPAL_NAMES, PRINCIPALS, type PrincipalName } from './principals.ts'

/** Everybody by name, `nobody` too: an agent whose session is left at home. */
export type Staff = Record<PrincipalName, DeskAgent>

/** Those who had rights in the closed mailbox when they signed in, and lose them by `loseRights`. */
const LOSERS: readonly PrincipalName[] = ['former', 'expired', 'deactivated']

/**
 * Hires everybody, with the two teams.
 *
 * @returns the sessions of this moment, all good, and the team that has the closed mailbox's tickets
 */
export async function hire(
  { agent }: DeskBuilders,
  { closed, common }: { closed: number; common: number },
): Promise<{ staff: Staff; teamId: number }> {
  const staff = {} as Staff
  for (const name of PRINCIPAL_NAMES) {
    const { role, mayUseMailbox } = PRINCIPALS[name]
    const mailboxIds = mayUseMailbox || LOSERS.includes(name) ? [closed, common] : [common]
    staff[name] = await agent(name, { role: role ?? 'agent', mailboxIds })
  }
  const members = (team: 'its' | 'other') =>
    PRINCIPAL_NAMES.filter(name => PRINCIPALS[name].team === team).map(name => staff[name].agentId)
  const its = { name: 'Falcons', memberIds: members('its'), mailboxIds: [closed, common] }
  const { id: teamId } = await staff.owner.call(createTeam, { body: its })
  const other = { name: 'Sparrows', memberIds: members('other'), mailboxIds: [common] }
  await staff.owner.call(createTeam, { body: other })
  return { staff, teamId }
}

/** Takes from some what they had: the mailbox, the time of the session, the account. */
export async function loseRights(db: Db, staff: Staff): Promise<void> {
  await sql`delete from agent_mailbox where agent_id = ${staff.former.agentId}
    and mailbox_id in (select id from mailbox where address = 'closed@desk.test')`.execute(db)
  await sql`update session set expires_at = clock_timestamp() - interval '1 second'
    where agent_id = ${staff.expired.agentId}`.execute(db)
  await staff.owner.call(deactivateAgent, { params: { id: staff.deactivated.agentId } })
}
