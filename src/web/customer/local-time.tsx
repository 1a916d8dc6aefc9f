import { useTranslation } from '../texts.tsx'
import { offsetTime } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import type { CustomerClock } from './customer-clock.ts'
import css from './customer-panel.module.css'

/** What time it is for a customer now. */
export function LocalTime({ name, utcOffsetMinutes }: CustomerClock) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const now = useNow(30_000)
  const time = offsetTime(now, utcOffsetMinutes, style)
  return (
    <p className={css.clock} title={t('customer.timeHint')}>
      {t('customer.time', { time, name })}
    </p>
  )
}
