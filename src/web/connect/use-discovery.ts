import { useQuery } from '@tanstack/react-query'
import { discoverMailbox, type MailboxDiscovery } from '../../shared/mailbox-checks.ts'
import { useApi } from '../api.tsx'

const LOOKS_WHOLE = /^[^\s@]+@[^\s@]+\.[^\s@.]{2,}$/

/** Looks up who provides an address once it looks whole; an answer is kept while the page is open. */
export function useDiscovery(address: string): { found: MailboxDiscovery | undefined; isLooking: boolean } {
  const { call } = useApi()
  const { data, isFetching } = useQuery({
    queryKey: ['mailbox-discovery', address],
    queryFn: () => call(discoverMailbox, { body: { address } }),
    enabled: LOOKS_WHOLE.test(address),
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  })
  return { found: data, isLooking: isFetching }
}
