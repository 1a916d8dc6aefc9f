import { useQuery } from '@tanstack/react-query'
import { listMailFolders } from '../../shared/mailboxes.ts'
import { useApi } from '../api.tsx'

/** The folders that the mail server of a mailbox has now; asked for once for all who show them. */
export function useFolders(mailboxId: number) {
  const { call } = useApi()
  return useQuery({
    queryKey: ['folders', mailboxId],
    queryFn: () => call(listMailFolders, { params: { id: mailboxId } }),
    // Each look signs in at the server.
    staleTime: 60_000,
    retry: false,
  })
}
