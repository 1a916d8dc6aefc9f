import { useQuery } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { listFailedReplies } from '../shared/outbox.ts'
import { useApi } from './api.tsx'
import { keep, readKept } from './kept.ts'
import { useMe } from './session.ts'
import { useTranslation } from './texts.tsx'
import { useNotices } from './ui/notices.tsx'

const HOUR_MS = 3_600_000

/**
 * Says wherever the agent is that a reply of theirs did not arrive, once in each browser; of several at once in one line. Asked
 * for after each hint of the live feed that may mean it, and every 45 s on pages that do not follow the feed.
 */
export function FailureNotices() {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const router = useRouter()
  const notices = useNotices()
  const me = useMe()
  const key = `letterdesk.told.${me.id}`
  const failures = useQuery({
    queryKey: ['own-failures'],
    queryFn: async () => (await call(listFailedReplies)).data,
    refetchInterval: 45_000,
    // What is told stays as it was worded: in the agent's language, once that is loaded.
    enabled: i18n.language === me.language,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer
  useEffect(() => {
    const told = readKept(key) ?? new Date(Date.now() - HOUR_MS).toISOString()
    const fresh = (failures.data ?? []).filter(one => one.since > told)
    const [newest, ...others] = fresh
    if (newest === undefined) return
    keep(key, newest.since)
    const warn = (said: string, go: () => Promise<void>) =>
      notices.warn(said, { words: t('failure.look'), run: () => void go() })
    if (others.length > 0) {
      const params = { queue: 'undelivered' } as const
      warn(t('failure.toldMany', { count: fresh.length }), () =>
        router.navigate({ to: '/queue/$queue', params }),
      )
      return
    }
    const { ticketNumber: number, recipients } = newest
    const params = { queue: 'all', number } as const
    warn(t('failure.told', { number, names: recipients.join(', ') }), () =>
      router.navigate({ to: '/queue/$queue/$number', params }),
    )
  }, [failures.data])
  return null
}
