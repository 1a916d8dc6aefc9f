import { DatePicker } from '@mantine/dates'
import '@mantine/dates/styles.css'
import 'dayjs/locale/bg'
import 'dayjs/locale/pl'
import 'dayjs/locale/ru'
import { useTranslation } from '../texts.tsx'
import css from './own-time.module.css'

/**
 * A month to choose a day from, in the language of the page; weeks begin on Monday.
 *
 * @param props days as `2026-11-30`; `first`: none before it can be chosen
 */
export function DayCalendar(props: { day: string; first: string; onDay: (day: string) => void }) {
  const { t, i18n } = useTranslation()
  return (
    <DatePicker
      className={css.calendar ?? ''}
      size="sm"
      locale={i18n.language}
      firstDayOfWeek={1}
      maxLevel="month"
      value={props.day}
      defaultDate={props.day}
      minDate={props.first}
      hideOutsideDates
      ariaLabels={{ previousMonth: t('when.previousMonth'), nextMonth: t('when.nextMonth') }}
      onChange={day => {
        if (day !== null) props.onDay(day)
      }}
    />
  )
}
