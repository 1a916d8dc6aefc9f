import { useMutation, useQueryClient } from '@tanstack/react-query'
import { emptyTrash, type Trash } from '../../shared/trash.ts'
import { useApi } from '../api.tsx'
import { RemovalDialog } from '../settings/removal-dialog.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'

/** Asks before all is deleted for good that lay in the Trash when it was counted. */
export function EmptyDialog(props: { trash: Trash & { ticketCount: number }; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { ticketCount, countedAt } = props.trash
  const emptying = useMutation({
    mutationFn: () => call(emptyTrash, { body: { thrownUntil: countedAt } }),
    onSuccess: () => {
      notices.done(t('trash.emptying', { count: ticketCount }))
      for (const name of ['trash', 'erasures']) void queries.invalidateQueries({ queryKey: [name] })
      props.onClose()
    },
  })
  return (
    <RemovalDialog
      title={t('trash.eraseTitle', { count: ticketCount })}
      action={t('trash.empty')}
      removing={emptying}
      onClose={props.onClose}
    >
      <p>{t('trash.eraseHint')}</p>
      <p>{t('trash.emptyHint')}</p>
    </RemovalDialog>
  )
}
