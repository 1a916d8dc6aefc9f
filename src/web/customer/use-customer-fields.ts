import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type FieldContent, type FieldValue, listCustomerFields } from '../../shared/customer-fields.ts'
import { updateCustomer } from '../../shared/customers.ts'
import { useApi } from '../api.tsx'
import type { CustomerView } from './use-customer.ts'

/** The fields that admins defined for customers, in their order. */
export function useCustomerFields() {
  const { call } = useApi()
  return useQuery({
    queryKey: ['customer-fields'],
    queryFn: async () => (await call(listCustomerFields)).data,
    staleTime: 60_000,
  })
}

/** What stands in a field; null where nothing does. */
export function contentOf(values: readonly FieldValue[], fieldId: number): FieldContent | null {
  return values.find(one => one.fieldId === fieldId)?.value ?? null
}

/**
 * Writes into one field of a customer: shown at once wherever they are shown, and taken back where it is refused. Other fields
 * stay as they are, also those that are on their way.
 */
export function useChangeField(customerId: number) {
  const { call } = useApi()
  const queries = useQueryClient()
  const show = (fieldId: number, value: FieldContent | null) =>
    queries.setQueriesData<CustomerView>({ queryKey: ['customer'] }, view => {
      const customer = view?.customer
      if (view === undefined || customer?.id !== customerId) return view
      const others = customer.fieldValues.filter(one => one.fieldId !== fieldId)
      const fieldValues = value === null ? others : [...others, { fieldId, value }]
      return { ...view, customer: { ...customer, fieldValues } }
    })
  return async (fieldId: number, value: FieldContent | null, before: FieldContent | null): Promise<void> => {
    // An answer that is on its way does not know of it.
    void queries.cancelQueries({ queryKey: ['customer'], type: 'active' })
    show(fieldId, value)
    try {
      const params = { id: customerId }
      const kept = await call(updateCustomer, { params, body: { fieldValues: [{ fieldId, value }] } })
      show(fieldId, contentOf(kept.fieldValues, fieldId))
    } catch (error) {
      show(fieldId, before)
      throw error
    }
  }
}
