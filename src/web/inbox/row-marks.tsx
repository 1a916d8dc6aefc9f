import {
  AlarmClock,
  AtSign,
  BellRing,
  CircleAlert,
  CircleCheck,
  ClockAlert,
  CornerUpRight,
  Hourglass,
  Layers,
} from 'lucide-react'
import type { Mailbox } from '../../shared/mailboxes.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useTwinMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { PRIORITY_ICONS } from '../ticket/priority-icons.ts'
import { type TimeStyle, whenWords } from '../ui/format-time.ts'
import { MailboxMark } from '../ui/mailbox-mark.tsx'
import css from './row-marks.module.css'

/** The mailboxes of a mail that came into several, where there are several: alone, the edge tells it. */
export function TwinMarks(props: { row: TicketRow; mailbox: Mailbox | undefined }) {
  return props.row.twins.length > 0 || props.row.isTwin ? <MarksOfTwins {...props} /> : null
}

function MarksOfTwins(props: { row: TicketRow; mailbox: Mailbox | undefined }) {
  const { t } = useTranslation()
  const others = useTwinMailboxes(props.row)
  const isElsewhere = props.row.isTwin
  if (others.length === 0 && !isElsewhere) return null
  const names = others.map(mailbox => mailbox.name).join(', ')
  const handled = names === '' ? t('twin.elsewhere') : `${t('twin.handledIn')} ${names}`
  const words = isElsewhere ? handled : `${t('twin.alsoIn')} ${names}`
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

/** What is to be known of a ticket at a glance: a reply that failed or is late, a mention, its priority, its rest. */
export function Marks(props: MarkProps) {
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
      <StateMark row={props.row} />
    </>
  )
}

// Open is what needs no mark; of spam is a list of its own.
function StateMark({ row }: { row: TicketRow }) {
  const { t } = useTranslation()
  const { state } = row
  if (state !== 'waiting' && state !== 'closed') return null
  const Icon = state === 'waiting' ? Hourglass : CircleCheck
  return (
    <span className={css.mark} data-state={state} title={t(`state.${state}`)}>
      <Icon size={13} strokeWidth={1.75} aria-hidden />
      <span className="visually-hidden">{t(`state.${state}`)}</span>
    </span>
  )
}

function PutAwayMarks({ row, now, timeStyle }: MarkProps) {
  const { t } = useTranslation()
  const Rank = PRIORITY_ICONS[row.priority]
  return (
    <>
      {row.priority !== 'normal' && (
        <span className={css.mark} data-rank={row.priority} title={t(`priority.${row.priority}`)}>
          <Rank size={14} strokeWidth={2} aria-hidden />
          <span className="visually-hidden">{t(`priority.${row.priority}`)}</span>
        </span>
      )}
      {row.snooze !== null && <SleepMark until={row.snooze.until} now={now} timeStyle={timeStyle} />}
      {row.isFollowed && (
        <span className={css.mark} title={t('ticket.followed')}>
          <BellRing size={13} strokeWidth={1.75} aria-hidden />
          <span className="visually-hidden">{t('ticket.followed')}</span>
        </span>
      )}
    </>
  )
}

function SleepMark({ until, now, timeStyle }: Omit<MarkProps, 'row'> & { until: string | null }) {
  const { t } = useTranslation()
  const sleeps =
    until === null
      ? t('snooze.untilReply')
      : t('snooze.until', { time: whenWords(new Date(until), now, timeStyle) })
  return (
    <span className={css.mark} title={sleeps}>
      <AlarmClock size={13} strokeWidth={1.75} aria-hidden />
      <span className="visually-hidden">{sleeps}</span>
    </span>
  )
}
