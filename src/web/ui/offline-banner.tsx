import { WifiOff } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { useWaitingCount } from '../offline/waiting.tsx'
import { useTranslation } from '../texts.tsx'
import css from './offline-banner.module.css'

/** Says that the browser has no network, as long as it has none, and how many changes wait for the server. */
export function OfflineBanner() {
  const { t } = useTranslation()
  const isOnline = useSyncExternalStore(watchNetwork, () => navigator.onLine)
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

function watchNetwork(onChange: () => void): () => void {
  window.addEventListener('online', onChange)
  window.addEventListener('offline', onChange)
  return () => {
    window.removeEventListener('online', onChange)
    window.removeEventListener('offline', onChange)
  }
}
