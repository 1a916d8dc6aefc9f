import { useQueryClient } from '@tanstack/react-query'
import { signOut } from '../../shared/session.ts'
import { useApi } from '../api.tsx'
import { useWaiting } from '../offline/waiting.tsx'
import { enter } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'

/** Ends the session and forgets everything read in it. */
export function useSignOut(): () => void {
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const waiting = useWaiting()
  return () => {
    call(signOut)
      .then(() => {
        waiting.forget()
        enter(queries, null)
      })
      .catch((error: unknown) => notices.failed(error))
  }
}
