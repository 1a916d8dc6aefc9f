import { useMutation, useQueryClient } from '@tanstack/react-query'
import { removeTeam, type Team } from '../../shared/teams.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { RemovalDialog } from './removal-dialog.tsx'

/** Says what becomes of the tickets of a team before it is removed. */
export function RemoveTeamDialog(props: { team: Team; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { id, name } = props.team
  const removing = useMutation({
    mutationFn: () => call(removeTeam, { params: { id } }),
    onSuccess: ({ releasedTickets }) => {
      for (const key of ['teams', 'queues', 'tickets', 'ticket']) {
        void queries.invalidateQueries({ queryKey: [key] })
      }
      notices.done(t('teams.removed', { name, count: releasedTickets }))
      props.onClose()
    },
  })
  return (
    <RemovalDialog
      title={t('teams.removeTitle', { name })}
      action={t('teams.remove')}
      removing={removing}
      onClose={props.onClose}
    >
      <p>{t('teams.removeHint')}</p>
    </RemovalDialog>
  )
}
