import { CircleUserRound, Users, UsersRound } from 'lucide-react'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useAgents, useMe, useTeamsAtWork } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Avatar } from '../ui/avatar.tsx'
import type { Choice } from '../ui/picker.tsx'

type Whose = Pick<TicketRow, 'mailboxId' | 'assigneeId' | 'teamId'>

/**
 * To whom tickets can be given: me first, then nobody, those who may answer, and teams. Of one ticket those of its mailbox,
 * with whose it is marked; of many all, and the server says what cannot be.
 *
 * @returns makes them when they are to be shown
 */
export function useAssignChoices(ticket?: Whose): () => Choice[] {
  const { t } = useTranslation()
  const me = useMe()
  const teams = useTeamsAtWork(ticket?.mailboxId)
  const mailboxId = ticket?.mailboxId
  const agents = useAgents().data ?? []
  return () => {
    const others = agents.filter(
      ({ id, state, role, mailboxIds }) =>
        id !== me.id &&
        state === 'active' &&
        (mailboxId === undefined || role !== 'agent' || mailboxIds.includes(mailboxId)),
    )
    const hasTeam = ticket === undefined ? teams.length > 0 : ticket.teamId !== null
    const chosen = new Set(
      ticket === undefined ? [] : [String(ticket.assigneeId ?? 'nobody'), `team-${ticket.teamId}`],
    )
    const icon = { size: 20, strokeWidth: 1.5, 'aria-hidden': true }
    const choices: Choice[] = [
      {
        id: String(me.id),
        words: t('assign.me', { name: me.name }),
        mark: <Avatar name={me.name} isSmall />,
      },
      { id: 'nobody', words: t('assign.nobody'), mark: <CircleUserRound {...icon} /> },
      ...others.map(({ id, name }) => ({
        id: String(id),
        words: name,
        mark: <Avatar name={name} isSmall />,
      })),
      ...teams.map(({ id, name }) => ({
        id: `team-${id}`,
        words: name,
        mark: <Users {...icon} />,
        hint: t('assign.team'),
      })),
      ...(hasTeam ? [{ id: 'no-team', words: t('assign.noTeam'), mark: <UsersRound {...icon} /> }] : []),
    ]
    return choices.map(choice => ({ ...choice, isChosen: chosen.has(choice.id) }))
  }
}

/** What choosing one of them changes. A ticket that is given to a team is nobody's until one of the team takes it. */
export function assignChange(choice: string): TicketChange {
  if (choice === 'nobody') return { assigneeId: null }
  if (choice === 'no-team') return { teamId: null }
  const teamId = /^team-(\d+)$/.exec(choice)?.[1]
  return teamId === undefined ? { assigneeId: Number(choice) } : { teamId: Number(teamId), assigneeId: null }
}
