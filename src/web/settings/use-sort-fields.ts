import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { type CustomerField, orderCustomerFields } from '../../shared/customer-fields.ts'
import { useApi } from '../api.tsx'
import { useTranslation } from '../texts.tsx'
import { useNotices } from '../ui/notices.tsx'
import { movedBy } from './moved-by.ts'

type SortFields = {
  /** One place further up or down, for everybody. */
  move: (field: CustomerField, by: 1 | -1) => Promise<void>
  /** Where it went, to be read out. */
  moved: string
}

/** Sorts the fields of customers; shown at once, and as they are where it fails. */
export function useSortFields(): SortFields {
  const { t } = useTranslation()
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const [moved, setMoved] = useState('')
  const queryKey = ['customer-fields']
  return {
    moved,
    move: async (field, by) => {
      await queries.cancelQueries({ queryKey, exact: true })
      const fields = queries.getQueryData<CustomerField[]>(queryKey) ?? []
      const sorted = movedBy(
        fields,
        fields.findIndex(one => one.id === field.id),
        by,
      )
      queries.setQueryData(queryKey, sorted)
      const place = sorted.findIndex(one => one.id === field.id) + 1
      setMoved(t('customerFields.moved', { name: field.name, place, total: sorted.length }))
      try {
        await call(orderCustomerFields, { body: { ids: sorted.map(one => one.id) } })
      } catch (error) {
        notices.failed(error)
        await queries.invalidateQueries({ queryKey, exact: true })
      }
    },
  }
}
