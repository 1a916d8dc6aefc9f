import { CalendarDays } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { ButtonLayer } from '../ui/button-layer.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './calendar-button.module.css'
import { localTime } from './local-time.ts'

const DayCalendar = lazy(async () => ({ default: (await import('./day-calendar.tsx')).DayCalendar }))

type CalendarProps = { field: string; day: string; onDay: (day: string) => void }

/**
 * Opens a calendar to choose a day from, beside a field it may be typed into as well.
 *
 * @param props `field`: the name of that field; `day` as `2026-11-30`, empty for none
 */
export function CalendarButton(props: CalendarProps) {
  const { t } = useTranslation()
  const { timeZone } = useTimeStyle()
  const [isOpen, setIsOpen] = useState(false)
  const name = t('when.calendar', { field: props.field })
  const close = () => setIsOpen(false)
  const button = (
    <IconButton
      className={css.button}
      icon={CalendarDays}
      name={name}
      aria-haspopup="dialog"
      aria-expanded={isOpen}
      onClick={() => setIsOpen(!isOpen)}
    />
  )
  const layer = { name, button, isOpen, onClose: close }
  return (
    <ButtonLayer {...layer} position="bottom-end" paddingPx={8} trapFocus>
      <Suspense fallback={<div className={css.waiting} aria-busy />}>
        <DayCalendar
          day={props.day}
          today={localTime(new Date(), timeZone).slice(0, 10)}
          takesFocus
          onDay={day => {
            close()
            props.onDay(day)
          }}
        />
      </Suspense>
    </ButtonLayer>
  )
}
