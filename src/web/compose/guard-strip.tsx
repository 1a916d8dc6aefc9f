import type { Ticket, TicketEvent } from '../../shared/tickets.ts'
import { useAgents } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { messageTime } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import type { TFunction } from '../words-of.ts'
import css from './guard-strip.module.css'

/** What came since the reply was begun and must be looked at first, oldest first. */
export function newsSince(ticket: Ticket, seenEventId: number | null): TicketEvent[] {
  if (seenEventId === null) return []
  return ticket.events.filter(event => event.id > seenEventId && event.stopsReply)
}

/** The newest thing that happened to a ticket: what a reply begun now has seen. */
export function newestEventId(ticket: Ticket): number {
  return ticket.events.reduce((newest, event) => Math.max(newest, event.id), 0)
}

/** Says that somebody wrote since the reply was begun, and lets the agent look, send anyway or make it a note. */
export function GuardStrip(props: {
  ticket: Ticket
  news: readonly TicketEvent[]
  onSeen: () => void
  onSendAnyway: (() => void) | undefined
  onNote: () => void
}) {
  const { t } = useTranslation()
  const words = useNewsWords(props.ticket)
  const last = props.news.at(-1)
  if (last === undefined) return null
  const show = () => {
    const message = document.querySelector(`[data-message="${last.messageId}"]`)
    ;(message ?? document.getElementById('ticket'))?.scrollIntoView({ block: 'start' })
    props.onSeen()
  }
  return (
    <div className={css.strip} role="alert" id="reply-guard">
      <span className={css.words}>
        {words(last)}
        {props.news.length > 1 && ` ${t('guard.more', { count: props.news.length - 1 })}`}
      </span>
      <button type="button" className={css.act} onClick={show}>
        {t('guard.show')}
      </button>
      <button
        type="button"
        className={css.act}
        disabled={props.onSendAnyway === undefined}
        onClick={props.onSendAnyway}
      >
        {t('guard.sendAnyway')}
      </button>
      <button type="button" className={css.act} onClick={props.onNote}>
        {t('guard.makeNote')}
      </button>
    </div>
  )
}

function useNewsWords(ticket: Ticket): (event: TicketEvent) => string {
  const { t } = useTranslation()
  const agents = useAgents().data ?? []
  const now = useNow(30_000)
  const timeStyle = useTimeStyle()
  return event => {
    const sender = ticket.messages.find(message => message.id === event.messageId)?.from
    const colleague = agents.find(agent => agent.id === event.agentId)?.name ?? t('agent.unknown')
    const customer = sender?.name ?? sender?.address ?? t('guard.somebody')
    const time = messageTime(new Date(event.at), now, timeStyle)
    const isCustomers = event.kind === 'message_received'
    const isNamed = event.agentId !== null
    return wordsOf(t, event, { name: isCustomers || !isNamed ? customer : colleague, time })
  }
}

function wordsOf(t: TFunction, event: TicketEvent, facts: { name: string; time: string }): string {
  if (event.kind === 'message_received') return t('guard.wrote', facts)
  if (event.kind === 'answered_elsewhere') return t('guard.answeredElsewhere', facts)
  if (event.kind === 'reply_queued') return t('guard.replied', facts)
  return t(event.kind === 'state_changed' ? 'guard.closed' : 'guard.rearranged', facts)
}
