import { Checkbox, NumberInput, Select, Switch } from '@mantine/core'
import type { MailboxSettings, OpeningHours } from '../../shared/mailboxes.ts'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useForm } from '../ui/use-form.ts'
import { ClockField } from '../when/clock-field.tsx'
import { DaysField } from './days-field.tsx'
import { FormEnd } from './form-end.tsx'
import css from './page.module.css'
import { Card } from './page.tsx'
import { useSaveMailbox } from './use-save-mailbox.ts'
import { weekdayName } from './weekday-name.ts'

const WORK_DAY = { from: '09:00', to: '17:00' }

/** When a mailbox is answered: what an acknowledgement says about time. */
export function HoursForm(props: { mailbox: MailboxSettings }) {
  const { t } = useTranslation()
  const me = useMe()
  const { id, openingHours } = props.mailbox
  const form = useForm({ openingHours }, useSaveMailbox(id))
  const hours = form.values.openingHours
  const begin = { ...newHours(), timeZone: me.timeZone }
  return (
    <Card title={t('hours.title')}>
      <form className={css.form} onSubmit={form.submit}>
        <Switch
          label={t('hours.on')}
          description={t('hours.hint')}
          checked={hours !== null}
          onChange={event => form.set({ openingHours: event.currentTarget.checked ? begin : null })}
        />
        {hours !== null && (
          <HoursFields
            hours={hours}
            onChange={patch => form.set({ openingHours: { ...hours, ...patch } })}
            wrong={field => form.wrong(`openingHours.${field}` as 'openingHours')}
          />
        )}
        <FormEnd form={form} />
      </form>
    </Card>
  )
}

type FieldsProps = {
  hours: OpeningHours
  onChange: (patch: Partial<OpeningHours>) => void
  wrong: (field: string) => string | undefined
}

function HoursFields({ hours, onChange, wrong }: FieldsProps) {
  const { t } = useTranslation()
  const zones = [...new Set([hours.timeZone, ...Intl.supportedValuesOf('timeZone'), 'UTC'])]
  const setDay = (place: number, day: OpeningHours['week'][number]) =>
    onChange({ week: hours.week.map((old, at) => (at === place ? day : old)) })
  return (
    <>
      <Select
        label={t('form.timeZone')}
        searchable
        allowDeselect={false}
        data={zones}
        value={hours.timeZone}
        onChange={value => onChange({ timeZone: value ?? hours.timeZone })}
      />
      {hours.week.map((day, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a day of the week is its place
        <DayRow key={place} place={place} day={day} onDay={next => setDay(place, next)} />
      ))}
      <DaysField
        days={hours.holidays}
        onDays={holidays => onChange({ holidays })}
        wrong={hours.holidays.map((_, place) => wrong(`holidays.${place}`)).find(Boolean)}
      />
      <NumberInput
        label={t('hours.answerWithin')}
        description={t('hours.answerWithinHint')}
        min={1}
        max={500}
        allowDecimal={false}
        value={hours.answerWithinHours ?? ''}
        onChange={value => onChange({ answerWithinHours: typeof value === 'number' ? value : null })}
      />
    </>
  )
}

function DayRow(props: {
  place: number
  day: OpeningHours['week'][number]
  onDay: (day: OpeningHours['week'][number]) => void
}) {
  const { t, i18n } = useTranslation()
  const { day, onDay } = props
  const name = weekdayName(props.place, i18n.language)
  return (
    <div className={css.day}>
      <Checkbox
        label={name}
        checked={day !== null}
        onChange={event => onDay(event.currentTarget.checked ? WORK_DAY : null)}
      />
      {day !== null && (
        <>
          <ClockField
            aria-label={t('hours.from', { day: name })}
            clock={day.from}
            onClock={from => onDay({ ...day, from })}
          />
          <ClockField
            aria-label={t('hours.to', { day: name })}
            clock={day.to}
            onClock={to => onDay({ ...day, to })}
          />
        </>
      )}
    </div>
  )
}

function newHours(): Omit<OpeningHours, 'timeZone'> {
  const week = Array.from({ length: 7 }, (_, place) => (place < 5 ? WORK_DAY : null))
  return { week, holidays: [], answerWithinHours: null }
}
