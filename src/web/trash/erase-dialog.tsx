import { useMutation, useQueryClient } from '@tanstack/react-query'
import { eraseTickets } from '../../shared/trash.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import { RemovalDialog } from '../settings/removal-dialog.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { forgetErased } from './use-trash.ts'

/**
 * Asks before tickets of the Trash are deleted for good, and says what could not be.
 *
 * @param numbers at most 1,000
 * @param onErased they are gone, at least some
 */
export function EraseDialog(props: {
  numbers: readonly number[]
  onClose: () => void
  onErased: () => void
}) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { numbers } = props
  const count = numbers.length
  const erasing = useMutation({
    mutationFn: () => call(eraseTickets, { body: { numbers: [...numbers] } }),
    onSuccess: ({ results }) => {
      // One that was gone before is what was wished for.
      const left = results.filter(({ code }) => code !== null && code !== 'not-found')
      const gone = results.filter(one => !left.includes(one)).map(({ number }) => number)
      const [first] = left
      if (first !== undefined && count === 1) notices.failed(new CallFailed(first.code ?? '', 409))
      else if (left.length > 0) notices.refused(t('trash.notErased', { count: left.length }))
      if (gone.length > 0) notices.done(t('trash.erased', { count: gone.length }))
      forgetErased(queries, gone)
      props.onClose()
      if (gone.length > 0) props.onErased()
    },
  })
  return (
    <RemovalDialog
      title={
        count === 1 ? t('trash.eraseOneTitle', { number: numbers[0] }) : t('trash.eraseTitle', { count })
      }
      action={t('trash.erase')}
      removing={erasing}
      onClose={props.onClose}
    >
      <p>{t('trash.eraseHint')}</p>
    </RemovalDialog>
  )
}
