import { useQueryClient } from '@tanstack/react-query'
import type { BodyOf } from '../../shared/define-route.ts'
import { updateMailbox } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'

/** Stores settings of a mailbox, and says so; whatever shows it is fresh afterwards. */
export function useSaveMailbox(id: number): (body: BodyOf<typeof updateMailbox>) => Promise<void> {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  return async body => {
    queries.setQueryData(['mailbox', id], await call(updateMailbox, { params: { id }, body }))
    const shown = [['mailboxes'], ['dkim', id]]
    await Promise.all(shown.map(queryKey => queries.invalidateQueries({ queryKey })))
    notices.done(t('done.saved'))
  }
}
