import { WifiOff } from 'lucide-react'
import { useWaitingCount } from '../offline/waiting.tsx'
import { useTranslation } from '../texts.tsx'
import css from './offline-banner.module.css'
import { useIsOnline } from './use-is-online.ts'

/** Says that the browser has no network, as long as it has none, and how many changes wait for the server. */
export function OfflineBanner() {
  const { t } = useTranslation()
  const isOnline = useIsOnline()
  const count = useWaitingCount()
  if (isOnline && count === 0) return null
  return (
    <div className={css.banner} role="status" data-offline>
      <WifiOff size={16} strokeWidth={1.75} aria-hidden className={css.icon} />
      <span className={css.words}>
        {!isOnline && t('state.offline')} {count > 0 && t('state.waiting', { count })}
      </span>
    </div>
  )
}
