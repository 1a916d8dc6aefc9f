import { Link } from '@tanstack/react-router'
import {
  AlarmClock,
  AtSign,
  BellRing,
  CircleAlert,
  ClockAlert,
  CornerUpRight,
  Hourglass,
  Layers,
  Users,
} from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Mailbox } from '../../shared/mailboxes.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import type { QueueName } from '../../shared/vocabulary.ts'
import { PresenceMark } from '../presence/presence-line.tsx'
import { useTwinMailboxes } from '../session.ts'
import { PRIORITY_ICONS } from '../ticket/priority-icons.ts'
import { Avatar } from '../ui/avatar.tsx'
import { fullTime, listTime, type TimeStyle, whenWords } from '../ui/format-time.ts'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import css from './ticket-row.module.css'
import type { Selecting } from './use-selection.ts'

// A grid of links (WAI-ARIA), each row placed on its own and not focusable itself: a table row cannot be that.
function rowRole(place: number, isSelected: boolean, isSelecting: boolean, isChecked: boolean) {
  const isMarked = isSelecting ? isChecked : isSelected
  return { role: 'row', 'aria-rowindex': place + 1, 'aria-selected': isMarked, 'data-here': isSelected }
}

/** One ticket in a list: who and when above, what and whose below, the mailbox as an edge. */
export const Row = memo(function Row(props: {
  row: TicketRow
  place: number
  top: number
  isSelected: boolean
  isFocusable: boolean
  isChecked: boolean
  /** Some ticket of the list is selected. */
  isSelecting: boolean
  onPick: Selecting['pick']
  mailbox: Mailbox | undefined
  assignee: string | undefined
  /** Named where the list is not the team's own. */
  team: string | undefined
  now: Date
  timeStyle: TimeStyle
  queue: QueueName
  isByWaiting: boolean
  search: { mailbox?: number }
}) {
  const { t } = useTranslation()
  const { row } = props
  const since = props.isByWaiting ? row.waitingSince : null
  const at = new Date(since ?? row.lastMessageAt)
  const fullWords = fullTime(at, props.timeStyle)
  const who = row.customer?.name ?? row.customer?.address ?? t('customer.unknown')
  const isUnanswered = row.waitingSince !== null
  return (
    <div
      {...rowRole(props.place, props.isSelected, props.isSelecting, props.isChecked)}
      className={css.row}
      style={{ transform: `translateY(${props.top}px)` }}
      data-unanswered={isUnanswered}
      data-selecting={props.isSelecting}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: the cell of such a row */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the link inside takes the focus */}
      <div role="gridcell" className={css.cell}>
        <input
          type="checkbox"
          className={css.check}
          tabIndex={-1}
          aria-label={t('bulk.select', { number: row.number })}
          checked={props.isChecked}
          onChange={event =>
            props.onPick(row.number, { stretch: (event.nativeEvent as MouseEvent).shiftKey === true })
          }
        />
        <Link
          to="/queue/$queue/$number"
          params={{ queue: props.queue, number: row.number }}
          search={props.search}
          className={css.link}
          data-number={row.number}
          tabIndex={props.isFocusable ? 0 : -1}
          onClick={event => {
            if (!event.shiftKey) return
            event.preventDefault()
            props.onPick(row.number, { stretch: true })
          }}
        >
          <span className={css.edge} data-colour={props.mailbox?.colour} title={props.mailbox?.name} />
          <span className={css.line}>
            <span className={css.who}>{who}</span>
            {row.messageCount > 1 && <span className={css.messages}>{row.messageCount}</span>}
            <TwinMarks row={row} mailbox={props.mailbox} />
            <Marks row={row} now={props.now} timeStyle={props.timeStyle} />
            <PresenceMark number={row.number} />
            <time
              className={css.time}
              dateTime={at.toISOString()}
              title={since === null ? fullWords : t('list.waitingSince', { time: fullWords })}
            >
              {listTime(at, props.now, props.timeStyle)}
            </time>
          </span>
          <span className={css.line}>
            {isUnanswered && (
              <span className={css.dot} title={t('ticket.unanswered')}>
                <span className="visually-hidden">{t('ticket.unanswered')}</span>
              </span>
            )}
            <span className={css.what}>
              <span className={css.subject}>{row.subject === '' ? t('ticket.noSubject') : row.subject}</span>{' '}
              <span className={css.snippet}>{row.snippet}</span>
            </span>
            {row.tags.slice(0, 2).map(tag => (
              <span key={tag} className={css.tag}>
                {tag}
              </span>
            ))}
            {props.team !== undefined && (
              <span className={css.team} title={t('ticket.ofTeam', { name: props.team })}>
                <Users size={11} strokeWidth={2} aria-hidden />
                <span className="visually-hidden">{t('ticket.ofTeam', { name: props.team })}</span>
                <span className={css.teamName} aria-hidden>
                  {props.team}
                </span>
              </span>
            )}
            {props.assignee !== undefined && (
              <>
                <Avatar name={props.assignee} isSmall title={props.assignee} />
                <span className="visually-hidden">{t('ticket.assignedTo', { name: props.assignee })}</span>
              </>
            )}
          </span>
        </Link>
      </div>
    </div>
  )
})

// Chips only where there are several: alone, the edge tells the mailbox.
function TwinMarks(props: { row: TicketRow; mailbox: Mailbox | undefined }) {
  const { t } = useTranslation()
  const others = useTwinMailboxes(props.row)
  const isElsewhere = props.row.isTwin
  if (others.length === 0 && !isElsewhere) return null
  const names = others.map(mailbox => mailbox.name).join(', ')
  const words = isElsewhere
    ? names === ''
      ? t('twin.elsewhere')
      : `${t('twin.handledIn')} ${names}`
    : `${t('twin.alsoIn')} ${names}`
  return (
    <span className={css.twins} title={words} data-elsewhere={isElsewhere}>
      {[props.mailbox, ...others].map(
        mailbox =>
          mailbox !== undefined && (
            <MailboxMark key={mailbox.id} colour={mailbox.colour} name={mailbox.name} />
          ),
      )}
      {isElsewhere && <CornerUpRight size={13} strokeWidth={2} aria-hidden />}
      <span className="visually-hidden">{words}</span>
    </span>
  )
}

type MarkProps = { row: TicketRow; now: Date; timeStyle: TimeStyle }

function Marks(props: MarkProps) {
  const { t } = useTranslation()
  return (
    <>
      {props.row.hasFailedReply && (
        <span className={css.failed} title={t('ticket.failedReply')}>
          <CircleAlert size={14} strokeWidth={2} aria-hidden />
          <span className="visually-hidden">{t('ticket.failedReply')}</span>
        </span>
      )}
      {props.row.hasUnseenMention && (
        <span className={css.mention} title={t('ticket.mentioned')}>
          <AtSign size={13} strokeWidth={2.25} aria-hidden />
          <span className="visually-hidden">{t('ticket.mentioned')}</span>
        </span>
      )}
      {props.row.hasLateReply && (
        <span className={css.late} title={t('ticket.lateReply')}>
          <ClockAlert size={14} strokeWidth={2} aria-hidden />
          <span className="visually-hidden">{t('ticket.lateReply')}</span>
        </span>
      )}
      {props.row.isStorm && (
        <span className={css.mark} title={t('ticket.storm')}>
          <Layers size={13} strokeWidth={1.75} aria-hidden />
          <span className="visually-hidden">{t('ticket.storm')}</span>
        </span>
      )}
      <PutAwayMarks row={props.row} now={props.now} timeStyle={props.timeStyle} />
      {props.row.state === 'waiting' && (
        <span className={css.mark} title={t('state.waiting')}>
          <Hourglass size={13} strokeWidth={1.75} aria-hidden />
          <span className="visually-hidden">{t('state.waiting')}</span>
        </span>
      )}
    </>
  )
}

function PutAwayMarks({ row, now, timeStyle }: MarkProps) {
  const { t } = useTranslation()
  const Rank = PRIORITY_ICONS[row.priority]
  const until = row.snooze?.until ?? null
  const sleeps =
    until === null
      ? t('snooze.untilReply')
      : t('snooze.until', { time: whenWords(new Date(until), now, timeStyle) })
  return (
    <>
      {row.priority !== 'normal' && (
        <span className={css.mark} data-rank={row.priority} title={t(`priority.${row.priority}`)}>
          <Rank size={14} strokeWidth={2} aria-hidden />
          <span className="visually-hidden">{t(`priority.${row.priority}`)}</span>
        </span>
      )}
      {row.snooze !== null && (
        <span className={css.mark} title={sleeps}>
          <AlarmClock size={13} strokeWidth={1.75} aria-hidden />
          <span className="visually-hidden">{sleeps}</span>
        </span>
      )}
      {row.isFollowed && (
        <span className={css.mark} title={t('ticket.followed')}>
          <BellRing size={13} strokeWidth={1.75} aria-hidden />
          <span className="visually-hidden">{t('ticket.followed')}</span>
        </span>
      )}
    </>
  )
}
