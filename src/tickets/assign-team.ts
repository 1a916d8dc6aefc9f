import type { Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { lockForChange } from './lock-ticket.ts'
import { selectTeamOf, shareTeams, type TeamOfMailbox, writeTeam } from './team-tickets.queries.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'

/**
 * Gives a ticket to a team, or to none (null), with its event `team_assigned` (`data`: from, to). Who has it stays: a
 * ticket can be a team's and one agent's.
 *
 * @throws as lockForChange; as getTeams
 */
export async function assignTeam(
  tx: Tx,
  change: { ticketId: number; teamId: number | null; agentId: number | null },
): Promise<void> {
  const { teamId, agentId } = change
  const ticket = await lockForChange(tx, change.ticketId)
  const from = await selectTeamOf(tx, ticket.id)
  if (from === teamId) return
  if (teamId !== null) await getTeams(tx, [teamId], ticket.mailboxId)
  await writeTeam(tx, ticket.id, teamId)
  await writeTicketEvents(tx, [teamEvent(ticket.id, agentId, from, teamId)])
}

/**
 * Teams by their ids, for something in a mailbox.
 *
 * @throws AppError `unknown-team` (none, or removed) or `team-not-in-mailbox`
 */
export async function getTeams(
  tx: Tx,
  teamIds: readonly number[],
  mailboxId: number,
): Promise<TeamOfMailbox[]> {
  if (teamIds.length === 0) return []
  const teams = await shareTeams(tx, teamIds, mailboxId)
  for (const teamId of teamIds) {
    const team = teams.find(one => one.id === teamId)
    if (team === undefined) throw new AppError('unknown-team', 'there is no such team', { teamId })
    if (!team.worksThere) {
      throw new AppError('team-not-in-mailbox', 'the team does not work in this mailbox', {
        teamId,
        mailboxId,
      })
    }
  }
  return teams
}

/** A team for another ticket of a mailbox to have too: null where it is removed, or does not work there any more. */
export async function standingTeam(tx: Tx, teamId: number | null, mailboxId: number): Promise<number | null> {
  if (teamId === null) return null
  const [team] = await shareTeams(tx, [teamId], mailboxId)
  return team?.worksThere === true ? team.id : null
}

/** Takes a team off a ticket that came into a mailbox where the team does not work. @returns its event, to be written */
export async function dropForeignTeam(
  tx: Tx,
  ticket: { ticketId: number; mailboxId: number; agentId: number },
): Promise<TicketEvent[]> {
  const { ticketId, mailboxId, agentId } = ticket
  const from = await selectTeamOf(tx, ticketId)
  if (from === null) return []
  if ((await standingTeam(tx, from, mailboxId)) !== null) return []
  await writeTeam(tx, ticketId, null)
  return [teamEvent(ticketId, agentId, from, null)]
}

/** What the history says of a ticket that its mailbox gave its default team as it was opened: nobody did it. */
export function defaultTeamEvent(ticketId: number, teamId: number): TicketEvent {
  return { ticketId, kind: 'team_assigned', data: { from: null, to: teamId, by: 'mailbox' } }
}

/** What the history says of a change of the team. */
export function teamEvent(
  ticketId: number,
  agentId: number | null,
  from: number | null,
  to: number | null,
): TicketEvent {
  return { ticketId, kind: 'team_assigned', agentId, data: { from, to } }
}
