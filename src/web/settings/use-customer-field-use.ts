import { type QueryClient, useQuery } from '@tanstack/react-query'
import { countCustomerFieldUse } from '../../shared/customer-fields.ts'
import { useApi } from '../api.tsx'

/** How many customers have something in each field. */
export function useCustomerFieldUse() {
  const { call } = useApi()
  return useQuery({
    queryKey: ['customer-fields', 'use'],
    queryFn: async () => (await call(countCustomerFieldUse)).data,
    staleTime: 0,
  })
}

/** Asks again for the fields, how much they are used, and what stands in them. */
export async function refreshFields(queries: QueryClient): Promise<void> {
  await Promise.all(
    [['customer-fields'], ['customer']].map(queryKey => queries.invalidateQueries({ queryKey })),
  )
}
