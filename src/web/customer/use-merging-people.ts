import { useQueryClient } from '@tanstack/react-query'
import { type Customer, mergeCustomer, undoCustomerMerge } from '../../shared/customers.ts'
import { useApi } from '../api.tsx'
import { refreshAll } from '../live.ts'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { personName } from './person-name.ts'

// As long as for tickets: who somebody is, is looked at before it is trusted. The panel undoes it later.
const UNDO_SHOWN_MS = 12_000

/** Makes two customers one person and that undone; what was done is said, and `z` takes it back. */
export function useMergingPeople() {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const notices = useNotices()
  const refresh = () => {
    for (const key of ['customer', 'customers']) void queries.invalidateQueries({ queryKey: [key] })
    refreshAll(queries)
  }
  const takeBack = async (mergeId: number, name: string) => {
    try {
      await call(undoCustomerMerge, { params: { id: mergeId } })
      notices.done(t('done.customerUnmerged', { name }))
    } finally {
      refresh()
    }
  }
  return {
    /** @returns whether it is done; a failure is said */
    merge: async (survivor: Customer, merged: Customer): Promise<boolean> => {
      try {
        const { mergeId } = await call(mergeCustomer, {
          params: { id: survivor.id },
          body: { otherId: merged.id },
        })
        const [name, into] = [personName(merged), personName(survivor)]
        notices.done(t('done.customersMerged', { name, into }), {
          undo: () => takeBack(mergeId, name),
          forMs: UNDO_SHOWN_MS,
        })
        return true
      } catch (error) {
        notices.failed(error)
        return false
      } finally {
        refresh()
      }
    },
    unmerge: (mergeId: number, name: string) => {
      takeBack(mergeId, name).catch((error: unknown) => notices.failed(error))
    },
  }
}
