import { memo, type PointerEvent, type ReactNode } from 'react'
import type { Mailbox } from '../../shared/mailboxes.ts'
import type { TicketRow } from '../../shared/tickets.ts'
import { useTranslation } from '../texts.tsx'
import { fullTime, listTime, type TimeStyle } from '../ui/format-time.ts'
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
  isByWaiting: boolean
  /** The address of the ticket, and what opens it without leaving the page. */
  href: string
  onOpen: (number: number) => void
}

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

/** Since when its customer waits where the list is sorted by that, else when its newest message came. */
export function RowTime({
  row,
  isByWaiting,
  now,
  timeStyle,
  ...props
}: CellProps & { className?: string | undefined }) {
  const { t } = useTranslation()
  const since = isByWaiting ? row.waitingSince : null
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

/** Opens the ticket; with Shift it selects as the box before it. No link of the router: each of those listens to every change of the address. */
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
