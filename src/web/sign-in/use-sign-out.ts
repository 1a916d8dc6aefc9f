import { useQueryClient } from '@tanstack/react-query'
import { signOut } from '../../shared/session.ts'
import { useApi } from '../api.tsx'
import { enter } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'

/** Ends the session and forgets everything read in it. */
export function useSignOut(): () => void {
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  return () => {
    call(signOut)
      .then(() => enter(queries, null))
      .catch((error: unknown) => notices.failed(error))
  }
}
