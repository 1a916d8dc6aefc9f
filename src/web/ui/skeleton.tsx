import { useEffect, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import css from './skeleton.module.css'
import { useIsOnline } from './use-is-online.ts'

/**
 * Grey rows in place of what is loading; shown only after 150 ms, so that quick answers never flicker. Without a network nothing
 * loads, and it says so instead.
 */
export function Skeleton(props: { rows: number }) {
  const { t } = useTranslation()
  const isOnline = useIsOnline()
  const [isLate, setIsLate] = useState(false)
  useEffect(() => {
    const timer = window.setTimeout(() => setIsLate(true), 150)
    return () => window.clearTimeout(timer)
  }, [])
  if (!isLate) return null
  if (!isOnline) return <p className={css.missing}>{t('state.notKept')}</p>
  return (
    <div role="status" aria-label={t('state.loading')}>
      {Array.from({ length: props.rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are alike and never move
        <div key={row} className={css.row}>
          <div className={css.bar} />
          <div className={css.bar} />
        </div>
      ))}
    </div>
  )
}
