import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { TriangleAlert } from 'lucide-react'
import { useLayoutEffect } from 'react'
import { type Alert, listAlerts } from '../../shared/health.ts'
import { useApi } from '../api.tsx'
import { isAdmin, useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { agoWords } from '../ui/format-time.ts'
import { useNow } from '../ui/use-now.ts'
import css from './health-bar.module.css'

const dayMs = 86_400_000
const soonMs = 3 * dayMs

/** A red bar over every page while something is wrong that admins have to know of; it leads to what to do. */
export function HealthBar() {
  const me = useMe()
  return isAdmin(me) ? <AlertBar /> : null
}

function AlertBar() {
  const { t, i18n } = useTranslation()
  const { call } = useApi()
  const now = useNow(60_000)
  const alerts = useQuery({
    queryKey: ['health', 'alerts'],
    queryFn: async () => (await call(listAlerts)).data,
    // An alert opens and ends without a hint of the live feed.
    refetchInterval: 30_000,
  })
  const [first, ...more] = (alerts.data ?? []).filter(one => isPressing(one, now))
  useRoomAbove(first !== undefined)
  if (first === undefined) return null
  const { name, trouble, endsAt } = first
  const ago = endsAt === null ? '' : agoWords(new Date(endsAt), now, i18n.language)
  return (
    <div className={css.bar} role="alert">
      <TriangleAlert size={16} strokeWidth={1.75} aria-hidden />
      <span className={css.words}>
        {t(`health.bar.${trouble}`, { name, ago })}
        {more.length > 0 && ` ${t('health.bar.more', { count: more.length })}`}
      </span>
      <Link to="/settings/health" className={css.link}>
        {t('health.bar.look')}
      </Link>
    </div>
  )
}

// Told to the root by a mark: a style that asks what is in the page is asked anew at everything that comes into it.
function useRoomAbove(isWanted: boolean): void {
  useLayoutEffect(() => {
    const root = document.documentElement
    root.toggleAttribute('data-health-bar', isWanted)
    return () => root.removeAttribute('data-health-bar')
  }, [isWanted])
}

/** Nothing that can wait: a mailbox that fills up, or an end more than three days off. */
function isPressing({ trouble, endsAt }: Alert, now: Date): boolean {
  if (trouble === 'quota') return false
  return endsAt === null || Date.parse(endsAt) - now.getTime() < soonMs
}
