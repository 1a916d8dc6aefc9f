import { type CalendarLevel, DatePicker } from '@mantine/dates'
import '@mantine/dates/styles.css'
import 'dayjs/locale/bg'
import 'dayjs/locale/pl'
import 'dayjs/locale/ru'
import { useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import css from './own-time.module.css'

/**
 * A month to choose a day from, in the language of the page; weeks begin on Monday. Its name leads to the months of the year, and
 * theirs to the years.
 *
 * @param props days as `2026-11-30`, `day` empty for none; `first`: none before it can be chosen; `takesFocus`: for who
 *   works by keys
 */
export function DayCalendar(props: {
  day: string
  today: string
  first?: string
  takesFocus?: boolean
  onDay: (day: string) => void
}) {
  const { t, i18n } = useTranslation()
  const box = useRef<HTMLDivElement>(null)
  const { takesFocus = false, today } = props
  const day = props.day === '' ? null : props.day
  const [level, setLevel] = useState<CalendarLevel>()
  // Who changes between days, months and years loses the button that was pressed.
  useLayoutEffect(() => {
    if (!takesFocus && level === undefined) return
    const find = (which: string) => box.current?.querySelector<HTMLElement>(`table button${which}`)
    // Today is the agent's: the library's, which it puts into the tab order, is the browser's, a day off about midnight.
    const agentsToday = day === null ? find('[aria-current="date"]:not(:disabled)') : null
    const first = agentsToday ?? find('[tabindex="0"]')
    first?.focus({ preventScroll: true })
  }, [takesFocus, level, day])
  return (
    <DatePicker
      ref={box}
      className={css.calendar ?? ''}
      size="sm"
      locale={i18n.language}
      firstDayOfWeek={1}
      onLevelChange={setLevel}
      value={day}
      defaultDate={day ?? today}
      {...(props.first === undefined ? {} : { minDate: props.first })}
      hideOutsideDates
      getDayProps={one => (one === today ? { 'aria-current': 'date' } : {})}
      ariaLabels={{
        previousMonth: t('when.previousMonth'),
        nextMonth: t('when.nextMonth'),
        previousYear: t('when.previousYear'),
        nextYear: t('when.nextYear'),
        previousDecade: t('when.previousYears'),
        nextDecade: t('when.nextYears'),
      }}
      onChange={chosen => {
        if (chosen !== null) props.onDay(chosen)
      }}
    />
  )
}
