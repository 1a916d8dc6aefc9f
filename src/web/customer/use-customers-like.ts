import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { type KnownCustomer, suggestCustomers } from '../../shared/customers.ts'
import { useApi } from '../api.tsx'

const MIN_CHARS = 2

/** Customers whose name or address begins as typed; a few, nobody before two letters are typed. */
export function useCustomersLike(typed: string): readonly KnownCustomer[] {
  const { call } = useApi()
  const text = typed.trim().slice(0, 200)
  const isWanted = text.length >= MIN_CHARS
  const found = useQuery({
    queryKey: ['customers', text],
    queryFn: async () => (await call(suggestCustomers, { query: { text } })).data,
    enabled: isWanted,
    staleTime: 30_000,
    placeholderData: keepPreviousData,
    retry: false,
  })
  return isWanted ? (found.data ?? []) : []
}
