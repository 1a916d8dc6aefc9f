import { useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { type Me, updateMe } from '../../shared/session.ts'
import type { Shortcuts } from '../../shared/shortcuts.ts'
import { useApi } from '../api.tsx'
import { ME_KEY, useMe } from '../session.ts'
import { useNotices } from '../ui/notices.tsx'

/** The agent's keys, and what changes them: at once on this page, then on the server, one change after the other. */
export function useShortcuts(): { shortcuts: Shortcuts; save: (next: Shortcuts) => void } {
  const { call } = useApi()
  const queries = useQueryClient()
  const notices = useNotices()
  const { shortcuts } = useMe()
  const saved = useRef<Promise<unknown>>(Promise.resolve())
  const save = (next: Shortcuts) => {
    queries.setQueryData<Me | null>(ME_KEY, me => me && { ...me, shortcuts: next })
    saved.current = saved.current
      .then(() => call(updateMe, { body: { shortcuts: next } }))
      .catch((error: unknown) => {
        notices.failed(error)
        return queries.invalidateQueries({ queryKey: ME_KEY })
      })
  }
  return { shortcuts, save }
}
