import { Button } from '@mantine/core'
import { CalendarDays } from 'lucide-react'
import { type FormEvent, lazy, Suspense, useId, useRef, useState } from 'react'
import { useTranslation } from '../texts.tsx'
import { weekdayInWords, whenWords } from '../ui/format-time.ts'
import { useTimeStyle } from '../ui/use-now.ts'
import { daysAhead, localTime, typedInstant } from './local-time.ts'
import css from './own-time.module.css'
import { typedClock } from './typed-clock.ts'

const DayCalendar = lazy(async () => ({ default: (await import('./day-calendar.tsx')).DayCalendar }))

/**
 * Any day and time that is still ahead, in the agent's zone and language: a calendar for the day, a field for the clock, and what
 * comes of it in words. (A field of the browser's own would have the browser's language.)
 */
export function OwnTime(props: {
  label: string
  action: string
  now: Date
  /** What stands there at first; tomorrow morning where nothing is said. */
  first?: Date
  onChoose: (at: Date) => void
}) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const { timeZone } = style
  const { now } = props
  const [first] = useState(() => localTime(props.first ?? daysAhead(now, timeZone).at(1, '09:00'), timeZone))
  const [day, setDay] = useState(first.slice(0, 10))
  const [clock, setClock] = useState(first.slice(11))
  const [isOpen, setIsOpen] = useState(false)
  const saidId = useId()
  const clockField = useRef<HTMLInputElement>(null)
  const today = localTime(now, timeZone).slice(0, 10)
  const time = typedClock(clock)
  const at = time === undefined ? null : typedInstant(`${day}T${time}`, timeZone)
  const isAhead = at !== null && at.getTime() > now.getTime()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (isAhead) props.onChoose(at)
  }
  const said = isAhead ? whenWords(at, now, style) : t(at === null ? 'when.noClock' : 'when.past')
  return (
    <form className={css.own} data-tall={isOpen} aria-label={props.label} onSubmit={submit}>
      <p className={css.label}>{props.label}</p>
      <button
        type="button"
        className={css.day}
        aria-expanded={isOpen}
        aria-label={`${t('when.day')}: ${weekdayInWords(day, style.language)}`}
        onClick={() => setIsOpen(!isOpen)}
      >
        <CalendarDays size={15} strokeWidth={1.75} aria-hidden />
        {weekdayInWords(day, style.language)}
      </button>
      <input
        ref={clockField}
        className={css.clock}
        aria-label={t('when.clock')}
        aria-describedby={saidId}
        aria-invalid={time === undefined}
        inputMode="numeric"
        autoComplete="off"
        value={clock}
        onChange={event => setClock(event.target.value)}
      />
      {isOpen && (
        <Suspense fallback={<div className={css.calendar} aria-busy />}>
          <DayCalendar
            day={day}
            today={today}
            first={today}
            onDay={chosen => {
              setDay(chosen)
              setIsOpen(false)
              clockField.current?.focus()
            }}
          />
        </Suspense>
      )}
      <div className={css.end}>
        <span id={saidId} className={css.said} role="status">
          {said}
        </span>
        <Button type="submit" size="xs" variant="default" disabled={!isAhead}>
          {props.action}
        </Button>
      </div>
    </form>
  )
}
