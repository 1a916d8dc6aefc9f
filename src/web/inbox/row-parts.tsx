import { memo, type PointerEvent, type ReactNode } from 'react'
import type { Mailbox } from '../../shared/mailboxes.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime, listTime, type TimeStyle, whenWords } from '../ui/format-time.ts'
import css from './row-parts.module.css'
import type { Selecting } from './use-selection.ts'

/** What a row of the list shows, in whatever shape. */
export type RowProps = {
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
  shows: ShownTime
  /** The address of the ticket, and what opens it without leaving the page. */
  href: string
  onOpen: (number: number) => void
}

/** Which time a row tells: since when its customer waits, when its newest message came, or when it wakes. */
export type ShownTime = 'waiting' | 'newest' | 'wake'

/** What stands in a row, wherever the row is: not drawn anew where the mark or those above it move. */
export type CellProps = Omit<RowProps, 'place' | 'top' | 'isSelected' | 'isSelecting'>

/** Rows of one shape: a frame that is placed and marked, and in it what `cells` draws. */
export function makeRow(cells: (props: CellProps) => ReactNode, className: string | undefined) {
  const Cells = memo(cells)
  return memo(function Row(props: RowProps) {
    const { place, top, isSelected, isSelecting, ...inside } = props
    return (
      <div {...rowRole(props)} className={className} style={{ transform: `translateY(${top}px)` }}>
        <Cells {...inside} />
      </div>
    )
  })
}

// A row of a grid of links (WAI-ARIA), each placed on its own and not focusable itself: a table row cannot be that.
function rowRole({ place, isSelected, isSelecting, isChecked, row }: RowProps) {
  return {
    role: 'row',
    'aria-rowindex': place + 1,
    'aria-selected': isSelecting ? isChecked : isSelected,
    'data-here': isSelected,
    'data-unread': row.isUnread,
    'data-selecting': isSelecting,
  }
}

/** Whether its customer waits for an answer, so that the row says so. */
export function isUnanswered({ waitingSince, state }: TicketRow): boolean {
  return waitingSince !== null && state === 'open'
}

/** The colour of the mailbox, along the edge of its row. */
export function RowEdge({ mailbox }: CellProps) {
  return <span className={css.edge} data-colour={mailbox?.colour} title={mailbox?.name} />
}

type TimeProps = CellProps & { className?: string | undefined }

/**
 * The time that the list is about: since when the customer waits, or when the ticket wakes; else, and where nobody waits, when
 * its newest message came.
 */
export function RowTime(props: TimeProps) {
  if (props.shows === 'wake' && props.row.snooze !== null)
    return <WakeTime {...props} until={props.row.snooze.until} />
  return <PastTime {...props} />
}

/** As RowTime under a head that says what the time is: nothing where nobody waits. */
export function ColumnTime(props: TimeProps) {
  return props.shows === 'waiting' && !isUnanswered(props.row) ? null : <RowTime {...props} />
}

function PastTime({ row, shows, now, timeStyle, ...props }: TimeProps) {
  const { t } = useTranslation()
  const since = shows === 'waiting' && isUnanswered(row) ? row.waitingSince : null
  const at = new Date(since ?? row.lastMessageAt)
  // Worded when it is asked for: what writes it takes longer to make than the rest of the list.
  const tell = ({ currentTarget }: PointerEvent<HTMLElement>) => {
    const time = fullTime(at, timeStyle)
    currentTarget.title = since === null ? time : t('list.waitingSince', { time })
  }
  return (
    <time className={props.className} dateTime={at.toISOString()} onPointerEnter={tell}>
      {listTime(at, now, timeStyle)}
    </time>
  )
}

// How long is told by the mark before it too; here it is read at a glance, and down the list.
function WakeTime({ until, now, timeStyle, className }: TimeProps & { until: string | null }) {
  const { t } = useTranslation()
  if (until === null) return <span className={className}>{t('list.onReply')}</span>
  const at = new Date(until)
  return (
    <time className={className} dateTime={until}>
      {whenWords(at, now, timeStyle)}
    </time>
  )
}

/** Selects the ticket; with Shift all from the last one on. */
export function RowCheck(props: CellProps & { className: string | undefined }) {
  const { t } = useTranslation()
  const { number } = props.row
  return (
    <input
      type="checkbox"
      className={props.className}
      tabIndex={-1}
      aria-label={t('bulk.select', { number })}
      checked={props.isChecked}
      onChange={event =>
        props.onPick(number, { stretch: (event.nativeEvent as MouseEvent).shiftKey === true })
      }
    />
  )
}

/**
 * Opens the ticket; with Shift it selects as the box before it. No link of the router: each of those listens to every
 * change of the address.
 */
export function RowLink(props: CellProps & { className: string | undefined; children: ReactNode }) {
  const { number } = props.row
  return (
    <a
      href={props.href}
      className={props.className}
      data-number={number}
      tabIndex={props.isFocusable ? 0 : -1}
      onClick={event => {
        // Elsewhere it opens as any link does.
        if (event.ctrlKey || event.metaKey || event.altKey) return
        event.preventDefault()
        if (event.shiftKey) props.onPick(number, { stretch: true })
        else props.onOpen(number)
      }}
    >
      {props.children}
    </a>
  )
}
