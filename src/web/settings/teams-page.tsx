import { Button } from '@mantine/core'
import { Users } from 'lucide-react'
import { useState } from 'react'
import type { Team } from '../../shared/teams.ts'
import { NoPermission } from '../page-states.tsx'
import { isAdmin, useAgents, useMailboxes, useMe, useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import css from './page.module.css'
import { Card, Page } from './page.tsx'
import { RemoveTeamDialog } from './remove-team-dialog.tsx'
import { TeamDialog } from './team-dialog.tsx'

/** The teams: who is in them, and in which mailboxes they work. */
export function TeamsPage() {
  const { t } = useTranslation()
  const teams = useTeams()
  const [edited, setEdited] = useState<Team | 'new'>()
  const [removed, setRemoved] = useState<Team>()
  const standing = teams.data?.filter(team => !team.isRemoved) ?? []
  if (!isAdmin(useMe())) return <NoPermission />
  return (
    <Page
      title={t('settings.teams')}
      hint={t('teams.hint')}
      action={<Button onClick={() => setEdited('new')}>{t('teams.create')}</Button>}
    >
      {teams.isPending && <Skeleton rows={3} />}
      {teams.isError && <Fault error={teams.error} onRetry={() => void teams.refetch()} />}
      {teams.data !== undefined && standing.length === 0 && <p>{t('teams.none')}</p>}
      {standing.length > 0 && (
        <Card>
          <ul className={css.rows}>
            {standing.map(team => (
              <TeamLine
                key={team.id}
                team={team}
                onEdit={() => setEdited(team)}
                onRemove={() => setRemoved(team)}
              />
            ))}
          </ul>
        </Card>
      )}
      {edited !== undefined && (
        <TeamDialog team={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />
      )}
      {removed !== undefined && <RemoveTeamDialog team={removed} onClose={() => setRemoved(undefined)} />}
    </Page>
  )
}

function TeamLine(props: { team: Team; onEdit: () => void; onRemove: () => void }) {
  const { t } = useTranslation()
  const { team } = props
  const members = namesOf(useAgents().data, team.memberIds)
  const mailboxes = namesOf(useMailboxes().data, team.mailboxIds)
  return (
    <li className={css.row}>
      <Users size={20} strokeWidth={1.5} aria-hidden />
      <div className={css.main}>
        <p className={css.title}>{team.name}</p>
        <p className={css.sub}>{members === '' ? t('teams.noMembers') : members}</p>
        <p className={css.sub}>{mailboxes === '' ? t('teams.noMailboxes') : mailboxes}</p>
      </div>
      <div className={css.actions}>
        <Button variant="default" size="xs" onClick={props.onEdit}>
          {t('action.edit')}
        </Button>
        <Button variant="default" size="xs" onClick={props.onRemove}>
          {t('teams.remove')}
        </Button>
      </div>
    </li>
  )
}

function namesOf(known: readonly { id: number; name: string }[] = [], ids: readonly number[]): string {
  return known
    .filter(one => ids.includes(one.id))
    .map(one => one.name)
    .join(', ')
}
