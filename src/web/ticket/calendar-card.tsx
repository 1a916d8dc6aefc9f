import { CalendarDays } from 'lucide-react'
import type { CalendarInvite } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { useTimeStyle } from '../ui/use-now.ts'
import css from './calendar-card.module.css'
import { eventTime, timeThere } from './event-time.ts'

const SHOWN_ATTENDEES = 8

/** An appointment that came with a message: what, when, where, who. It is shown, not answered. */
export function CalendarCard(props: { calendar: CalendarInvite }) {
  const { t } = useTranslation()
  const { calendar } = props
  const isCancelled = calendar.isCancelled || calendar.method === 'cancel'
  const attendees = calendar.attendees.slice(0, SHOWN_ATTENDEES)
  const more = calendar.attendees.length - attendees.length
  const facts: (readonly [string, string | null])[] = [
    ['where', calendar.location],
    ['organizer', calendar.organizer && personWords(calendar.organizer)],
  ]
  return (
    <section className={css.card} aria-label={t('calendar.label')}>
      <CalendarDays size={20} strokeWidth={1.75} aria-hidden className={css.icon} />
      <div className={css.content}>
        <p className={css.kind}>{t(`calendar.method.${isCancelled ? 'cancel' : calendar.method}`)}</p>
        <p className={isCancelled ? css.cancelled : css.summary} dir="auto">
          {calendar.summary || t('calendar.untitled')}
        </p>
        <EventTime calendar={calendar} />
        <dl className={css.facts}>
          {facts.map(
            ([name, value]) =>
              value && (
                <div key={name}>
                  <dt>{t(`calendar.${name}`)}</dt>
                  <dd dir="auto">{value}</dd>
                </div>
              ),
          )}
        </dl>
        {attendees.length > 0 && (
          <ul className={css.attendees} aria-label={t('calendar.attendees')}>
            {attendees.map(one => (
              <li key={personWords(one)}>
                <span dir="auto">{personWords(one)}</span>{' '}
                <span className={css.answer}>{t(`calendar.answer.${one.answer}`)}</span>
              </li>
            ))}
            {more > 0 && <li className={css.answer}>{t('calendar.more', { count: more })}</li>}
          </ul>
        )}
        {calendar.method === 'request' && !isCancelled && (
          <p className={css.hint}>{t('calendar.notAnswered')}</p>
        )}
      </div>
    </section>
  )
}

function EventTime(props: { calendar: CalendarInvite }) {
  const { t } = useTranslation()
  const style = useTimeStyle()
  const { start, end, isRepeated } = props.calendar
  if (start === null) return <p className={css.when}>{t('calendar.noTime')}</p>
  const there = timeThere(start, style)
  const isZoneless = start.at === null && start.local.length > 10 && start.timeZone === null
  return (
    <p className={css.when}>
      <span>{eventTime(start, end, style)}</span>
      {there !== null && <span className={css.there}>{t('calendar.there', there)}</span>}
      {isZoneless && <span className={css.there}>{t('calendar.noZone')}</span>}
      {isRepeated && <span className={css.there}>{t('calendar.repeated')}</span>}
    </p>
  )
}

function personWords(person: { name: string | null; address: string | null }): string {
  if (person.name === null || person.address === null) return person.name ?? person.address ?? ''
  return `${person.name} <${person.address}>`
}
