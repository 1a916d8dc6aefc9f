import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  type CustomerField,
  removeCustomerField,
  restoreCustomerField,
} from '../../shared/customer-fields.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { Fault } from '../ui/fault.tsx'
import { useNotices } from '../ui/notices.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { RemovalDialog } from './removal-dialog.tsx'
import { refreshFields, useCustomerFieldUse } from './use-customer-field-use.ts'

// Long enough to see at a ticket that it was the wrong one.
const UNDO_SHOWN_MS = 12_000

/** Says how many customers have something in a field before it is removed; afterwards it can be taken back for a while. */
export function RemoveFieldDialog(props: { field: CustomerField; onClose: () => void }) {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { id, name } = props.field
  const use = useCustomerFieldUse()
  const count = use.data?.find(one => one.fieldId === id)?.customerCount ?? 0
  const takeBack = async () => {
    await call(restoreCustomerField, { params: { id } })
    await refreshFields(queries)
  }
  const removing = useMutation({
    mutationFn: () => call(removeCustomerField, { params: { id } }),
    onSuccess: async () => {
      await refreshFields(queries)
      notices.done(t('customerFields.removed', { name }), { undo: takeBack, forMs: UNDO_SHOWN_MS })
      props.onClose()
    },
  })
  return (
    <RemovalDialog
      title={t('customerFields.removeTitle', { name })}
      action={t('customerFields.remove')}
      removing={removing}
      onClose={props.onClose}
    >
      {use.isPending && <Skeleton rows={1} />}
      {use.isError && <Fault error={use.error} />}
      {use.isSuccess && (
        <p>{count === 0 ? t('customerFields.removeUnused') : t('customerFields.removeUsed', { count })}</p>
      )}
    </RemovalDialog>
  )
}
