import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TicketEvent } from '../../shared/tickets.ts'
import { useAgents } from '../session.ts'
import { fullTime, messageTime, type TimeStyle } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import css from './event-line.module.css'

// A longer run of events folds into one line.
const RUN_SHOWN = 3

/** What happened to the ticket between two messages, one small line each. */
export function EventLines(props: { events: readonly TicketEvent[] }) {
  const { t } = useTranslation()
  const [isOpen, setIsOpen] = useState(false)
  const isFolded = !isOpen && props.events.length > RUN_SHOWN
  return (
    <article className={css.events} aria-label={t('ticket.history')}>
      {isFolded ? (
        <button type="button" className={css.more} onClick={() => setIsOpen(true)}>
          {t('ticket.changes', { count: props.events.length })}
        </button>
      ) : (
        props.events.map(event => <EventLine key={event.id} event={event} />)
      )}
    </article>
  )
}

function EventLine(props: { event: TicketEvent }) {
  const { t } = useTranslation()
  const agents = useAgents().data ?? []
  const timeStyle = useTimeStyle()
  const now = useNow(60_000)
  const { event } = props
  const nameOf = (id: number | null) => agents.find(agent => agent.id === id)?.name ?? t('agent.unknown')
  const at = new Date(event.at)
  return (
    <p className={css.line}>
      <span>{eventWords(t, event, nameOf)}</span>
      {' · '}
      <TimeWords at={at} now={now} timeStyle={timeStyle} />
    </p>
  )
}

function TimeWords(props: { at: Date; now: Date; timeStyle: TimeStyle }) {
  return (
    <time dateTime={props.at.toISOString()} title={fullTime(props.at, props.timeStyle)}>
      {messageTime(props.at, props.now, props.timeStyle)}
    </time>
  )
}

/** One event as a sentence; events no person caused have words of their own. */
function eventWords(t: TFunction, event: TicketEvent, nameOf: (id: number | null) => string): string {
  const by = event.agentId === null ? 'auto' : 'agent'
  const name = nameOf(event.agentId)
  const { to, tags } = event.data
  switch (event.kind) {
    case 'assigned':
      if (to === null) return t(`event.unassigned.${by}`, { name })
      if (to === event.agentId) return t('event.taken', { name })
      return t(`event.assigned.${by}`, { name, to: nameOf(Number(to)) })
    case 'state_changed':
      return t(`event.state.${String(to)}.${by}`, { name })
    case 'tagged':
    case 'untagged':
      return t(`event.${event.kind}.${by}`, { name, tags: Array.isArray(tags) ? tags.join(', ') : '' })
    case 'reply_complained':
      return t('event.complained')
    case 'stayed_closed':
      return t('event.stayedClosed')
    case 'lead_taken':
      return t(`event.leadTaken.${by}`, { name })
    case 'lead_given':
      return t('event.leadGiven')
    default:
      return ''
  }
}
