import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type Customer, getTicketCustomer, updateCustomer } from '../../shared/customers.ts'
import type { ReplyOf } from '../../shared/define-route.ts'
import { useApi } from '../api.tsx'

/** A customer as the panel of a ticket shows them. */
export type CustomerView = ReplyOf<typeof getTicketCustomer>

/** The customer of a ticket, with their other tickets. */
export function useCustomer(number: number) {
  const { call } = useApi()
  return useQuery({
    queryKey: ['customer', number],
    queryFn: () => call(getTicketCustomer, { params: { number } }),
    staleTime: 30_000,
  })
}

/** Changes a customer, and shows it wherever they are shown. */
export function useChangeCustomer() {
  const { call } = useApi()
  const queries = useQueryClient()
  return async (
    id: number,
    change: Partial<Pick<Customer, 'name' | 'language' | 'phone' | 'note'>>,
  ): Promise<void> => {
    const customer = await call(updateCustomer, { params: { id }, body: change as object })
    queries.setQueriesData<CustomerView>({ queryKey: ['customer'] }, view =>
      view?.customer?.id === id ? { ...view, customer } : view,
    )
    for (const key of ['ticket', 'tickets']) void queries.invalidateQueries({ queryKey: [key] })
  }
}
