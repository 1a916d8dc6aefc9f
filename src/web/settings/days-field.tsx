import { TagsInput } from '@mantine/core'
import { useTranslation } from '../texts.tsx'
import { dayInDigits } from '../ui/format-time.ts'
import { CalendarButton } from '../when/calendar-button.tsx'
import { typedDay } from '../when/typed-day.ts'
import { useDayExample } from '../when/use-day-example.ts'

/**
 * The days a mailbox is not answered on, typed in the language of the page or chosen from a calendar.
 *
 * @param props `days` as `2026-12-24`, the first one first; what is none of these was typed and is no day. `wrong`: what the
 *   server has against one
 */
export function DaysField(props: {
  days: readonly string[]
  onDays: (days: string[]) => void
  wrong: string | undefined
}) {
  const { t, i18n } = useTranslation()
  const example = useDayExample()
  const { days } = props
  const change = (wanted: readonly string[]) => props.onDays([...new Set(wanted)].sort())
  const noDay = days.find(day => typedDay(day) === undefined)
  const label = t('hours.holidays')
  return (
    <TagsInput
      label={label}
      description={t('hours.holidaysHint')}
      placeholder={days.length === 0 ? example : ''}
      maxTags={200}
      splitChars={[',', ';']}
      value={days.map(day => (typedDay(day) === day ? dayInDigits(day, i18n.language) : day))}
      onChange={typed => change(typed.map(one => typedDay(one) ?? one))}
      error={noDay === undefined ? props.wrong : t('when.noDay', { typed: noDay, example })}
      rightSectionPointerEvents="all"
      rightSection={<CalendarButton field={label} day="" onDay={day => change([...days, day])} />}
    />
  )
}
