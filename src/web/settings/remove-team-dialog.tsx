import { Button, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { removeTeam, type Team } from '../../shared/teams.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import css from './page.module.css'

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
    <Modal
      opened
      onClose={props.onClose}
      title={t('teams.removeTitle', { name })}
      closeButtonProps={{ 'aria-label': t('action.dismiss') }}
    >
      <div className={css.form}>
        <p>{t('teams.removeHint')}</p>
        {removing.isError && <Fault error={removing.error} />}
        <div className={css.actions}>
          <Button loading={removing.isPending} onClick={() => removing.mutate()}>
            {t('teams.remove')}
          </Button>
          <Button variant="default" data-autofocus onClick={props.onClose}>
            {t('action.cancel')}
          </Button>
        </div>
      </div>
    </Modal>
  )
}
