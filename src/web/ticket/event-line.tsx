import { useState } from 'react'
import type { Ticket, TicketEvent } from '../../shared/tickets.ts'
import { useAgents, useMailboxes, useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime, messageTime, type TimeStyle } from '../ui/format-time.ts'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import type { TFunction } from '../words-of.ts'
import css from './event-line.module.css'
import { putAwayWords } from './put-away-words.ts'
import { UndoPlacing } from './undo-placing.tsx'

// A longer run of events folds into one line.
const RUN_SHOWN = 3

/** What happened to the ticket between two messages, one small line each. */
export function EventLines(props: { events: readonly TicketEvent[]; ticket: Pick<Ticket, 'events'> }) {
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
        props.events.map(event => <EventLine key={event.id} event={event} history={props.ticket.events} />)
      )}
    </article>
  )
}

function EventLine(props: { event: TicketEvent; history: readonly TicketEvent[] }) {
  const { t } = useTranslation()
  const agents = useAgents().data ?? []
  const timeStyle = useTimeStyle()
  const now = useNow(60_000)
  const { event } = props
  const mailboxes = useMailboxes().data ?? []
  const mailboxOf = (id: unknown) =>
    mailboxes.find(mailbox => mailbox.id === id)?.name ?? t('event.otherMailbox')
  const nameOf = (id: number | null) => agents.find(agent => agent.id === id)?.name ?? t('agent.unknown')
  const teams = useTeams().data ?? []
  const teamOf = (id: unknown) => teams.find(team => team.id === id)?.name ?? t('team.unknown')
  const at = new Date(event.at)
  return (
    <p className={css.line}>
      <span>{eventWords(t, event, { nameOf, mailboxOf, teamOf }, timeStyle)}</span>
      {' · '}
      <TimeWords at={at} now={now} timeStyle={timeStyle} />
      <UndoPlacing event={event} history={props.history} />
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

type Names = {
  nameOf: (id: number | null) => string
  mailboxOf: (id: unknown) => string
  teamOf: (id: unknown) => string
}

/** One event as a sentence; events no person caused have words of their own. */
function eventWords(t: TFunction, event: TicketEvent, names: Names, timeStyle: TimeStyle): string {
  const by = event.agentId === null ? 'auto' : 'agent'
  const name = names.nameOf(event.agentId)
  const { to, tags } = event.data
  switch (event.kind) {
    case 'ticket_opened':
      return t(openedKey(event), { name })
    case 'assigned':
      return assignedWords(t, event, names)
    case 'team_assigned':
      return teamWords(t, event, by, names)
    case 'mentioned':
      return t('event.mentioned', { name, names: namesIn(event, names) })
    case 'state_changed':
      return t(`event.state.${String(to)}.${event.data.by === 'mail-server' ? 'server' : by}`, { name })
    case 'tagged':
    case 'untagged':
      return t(`event.${event.kind}.${by}`, { name, tags: Array.isArray(tags) ? tags.join(', ') : '' })
    case 'reply_complained':
      return t('event.complained')
    case 'reply_rescheduled':
      return t(rescheduledKey(event), { name })
    case 'reply_overtaken':
      return overtakenWords(t, event, names)
    case 'reply_put_aside':
      return t(event.data.isAside === false ? 'event.putBack' : 'event.putAside', { name })
    case 'stayed_closed':
      return t('event.stayedClosed')
    case 'lead_taken':
      return t(`event.leadTaken.${by}`, { name })
    case 'lead_given':
      return t('event.leadGiven')
    case 'mailbox_changed':
      return t('event.mailbox', { name, to: names.mailboxOf(to) })
    case 'participant_accepted':
    case 'participant_ignored':
      return t(`event.${event.kind}`, { name, address: String(event.data.address) })
    case 'snoozed':
    case 'woken':
    case 'priority_changed':
    case 'deleted':
    case 'restored':
      return putAwayWords(t, event, { by, name, timeStyle })
    default:
      return placingWords(t, event, by, name)
  }
}

function openedKey({ data }: TicketEvent) {
  return data.by === 'phone' ? 'event.opened.phone' : 'event.opened.mail'
}

function assignedWords(t: TFunction, event: TicketEvent, { nameOf }: Names): string {
  const by = event.agentId === null ? 'auto' : 'agent'
  const name = nameOf(event.agentId)
  const { to, why } = event.data
  if (why === 'absent') return t('event.unassigned.absent')
  if (to === null) return t(`event.unassigned.${by}`, { name })
  if (to === event.agentId) return t('event.taken', { name })
  return t(`event.assigned.${by}`, { name, to: nameOf(Number(to)) })
}

function teamWords(t: TFunction, { agentId, data }: TicketEvent, by: 'auto' | 'agent', names: Names): string {
  const name = names.nameOf(agentId)
  if (data.to === null) return t(`event.noTeam.${by}`, { name })
  return t(`event.team.${data.by === 'mailbox' ? 'mailbox' : by}`, { name, to: names.teamOf(data.to) })
}

function namesIn({ data: { agentIds, teamIds } }: TicketEvent, { nameOf, teamOf }: Names): string {
  const agents = Array.isArray(agentIds) ? agentIds.map(id => nameOf(Number(id))) : []
  const teams = Array.isArray(teamIds) ? teamIds.map(teamOf) : []
  return [...agents, ...teams].join(', ')
}

function rescheduledKey({ data }: TicketEvent): string {
  if (data.retry === true) return 'event.retried'
  return data.sendAt === null ? 'event.sentNow' : 'event.rescheduled'
}

function overtakenWords(t: TFunction, event: TicketEvent, names: Names): string {
  const { draftOf } = event.data
  if (typeof draftOf !== 'number') return t('event.overtaken')
  return `${t('event.overtaken')} ${t('event.overtakenDraft', { name: names.nameOf(draftOf) })}`
}

function placingWords(t: TFunction, event: TicketEvent, by: 'auto' | 'agent', name: string): string {
  const number = Number(event.data.number)
  switch (event.kind) {
    case 'merged':
      return t(`event.merged.${by}`, { name, number })
    case 'merge_undone':
      return t('event.mergeUndone', { name, number })
    case 'message_moved_in':
    case 'message_moved_out':
      return movedWords(t, event, name)
    case 'move_undone':
      return t('event.moveUndone', { name, number })
    case 'customer_from_forward':
      return t(`event.forward.${by}`, { name, customer: String(event.data.name ?? event.data.address) })
    case 'forward_undone':
      return t('event.forwardUndone', { name })
    case 'customers_merged':
    case 'customer_merge_undone':
      return peopleWords(t, event, name)
    default:
      return ''
  }
}

function movedWords(t: TFunction, { kind, data }: TicketEvent, name: string): string {
  const isIn = kind === 'message_moved_in'
  const number = Number(data.number)
  if (data.isSplit !== true) return t(isIn ? 'event.movedIn' : 'event.movedOut', { name, number })
  const { count } = data
  if (typeof count !== 'number') return t(isIn ? 'event.splitFrom' : 'event.splitInto', { name, number })
  return t(isIn ? 'event.splitSeveralFrom' : 'event.splitSeveralInto', { name, number, count })
}

function peopleWords(t: TFunction, { kind, data }: TicketEvent, name: string): string {
  const nameOf = (of: unknown) => (typeof of === 'string' ? of : t('customer.unknown'))
  const values = { name, customer: nameOf(data.merged), into: nameOf(data.survivor) }
  return kind === 'customers_merged'
    ? t('event.customersMerged', values)
    : t('event.customerUnmerged', values)
}
