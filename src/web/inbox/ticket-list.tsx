import { useRouter } from '@tanstack/react-router'
import { useVirtualizer, type Virtualizer } from '@tanstack/react-virtual'
import { lazy, Suspense, useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { TicketRow } from '../../shared/tickets.ts'
import { type QueueName, teamOfQueue } from '../../shared/vocabulary.ts'
import { useAgents, useMailboxes, useTeams } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { useNow, useTimeStyle } from '../ui/use-now.ts'
import type { sortOf } from './list-order.ts'
import type { ListPlace } from './place.ts'
import type { ShownTime } from './row-parts.tsx'
import { RowToolsLayer } from './row-tools-layer.tsx'
import css from './ticket-list.module.css'
import { Row } from './ticket-row.tsx'
import type { PutAway } from './use-inbox-commands.ts'
import type { Selecting } from './use-selection.ts'

const TableHead = lazy(async () => ({ default: (await import('./table-row.tsx')).TableHead }))
const TableRow = lazy(async () => ({ default: (await import('./table-row.tsx')).TableRow }))

const ROW_PX = 64
const TABLE_ROW_PX = 40
// Ask for the next page this many rows before the end comes into sight.
const AHEAD_ROWS = 15

/** The rows of a list; only those in sight are in the document, so that ten thousand cost as much as ten. */
export function TicketList(props: {
  rows: readonly TicketRow[]
  selected: number | undefined
  hasMore: boolean
  onMore: () => void
  place: ListPlace
  selecting: Selecting
  order: ReturnType<typeof sortOf>
  isTable: boolean
  onOpen: (number: number) => void
  onPutAway: PutAway
}) {
  const { t } = useTranslation()
  const hrefOf = useHref(props.place)
  const { rows, selected, isTable } = props
  const rowPx = isTable ? TABLE_ROW_PX : ROW_PX
  const Shape = isTable ? TableRow : Row
  const { numbers, pick } = props.selecting
  const scroller = useRef<HTMLDivElement>(null)
  const now = useNow(30_000)
  const timeStyle = useTimeStyle()
  const agents = useAgents().data
  const mailboxes = useMailboxes().data
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    paddingStart: isTable ? TABLE_ROW_PX : 0, // its head
    scrollPaddingStart: isTable ? TABLE_ROW_PX : 0,
    overscan: 6,
    getItemKey: place => rows[place]?.number ?? place,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured anew where rows are of another height
  useLayoutEffect(() => virtual.measure(), [rowPx])
  const items = virtual.getVirtualItems()
  const lastSeen = items.at(-1)?.index ?? 0
  const { hasMore, onMore } = props
  const isNearEnd = hasMore && lastSeen >= rows.length - AHEAD_ROWS
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once per stretch of rows, not per render
  useEffect(() => {
    if (isNearEnd) onMore()
  }, [isNearEnd, rows.length])
  useFollowSelection(scroller, rows, selected, place => {
    if (!isInSight(virtual, place, rowPx)) virtual.scrollToIndex(place)
  })
  const shows = shownTime(props.place.queue, props.order)
  const teams = useTeams().data
  const ownTeam = teamOfQueue(props.place.queue)
  const focusable = rows.some(row => row.number === selected) ? selected : rows[0]?.number
  return (
    <div ref={scroller} className={css.scroller} id="list" tabIndex={-1} data-queue={props.place.queue}>
      {/* biome-ignore lint/a11y/useSemanticElements: rows out of sight are not in the document, so no table */}
      <div
        role="grid"
        aria-label={t('list.name')}
        aria-multiselectable
        aria-rowcount={hasMore ? -1 : rows.length}
        className={css.grid}
        style={{ height: virtual.getTotalSize() }}
      >
        <Suspense fallback={null}>
          {isTable && <TableHead shows={shows} />}
          {items.map(item => {
            const row = rows[item.index]
            if (row === undefined) return null
            return (
              <Shape
                key={item.key}
                row={row}
                place={item.index}
                top={item.start}
                isSelected={row.number === selected}
                isFocusable={row.number === focusable}
                isChecked={numbers.has(row.number)}
                isSelecting={numbers.size > 0}
                onPick={pick}
                mailbox={mailboxes?.find(mailbox => mailbox.id === row.mailboxId)}
                assignee={agents?.find(agent => agent.id === row.assigneeId)?.name}
                team={row.teamId === ownTeam ? undefined : teams?.find(team => team.id === row.teamId)?.name}
                now={now}
                timeStyle={timeStyle}
                shows={shows}
                href={hrefOf(row.number)}
                onOpen={props.onOpen}
              />
            )
          })}
        </Suspense>
      </div>
      {numbers.size === 0 && (
        <RowToolsLayer scroller={scroller} rows={rows} marked={selected} onPutAway={props.onPutAway} />
      )}
    </div>
  )
}

// By what the virtualizer knows: to ask the browser would make it lay out the page before its time.
function isInSight(
  { scrollOffset, scrollRect, options }: Virtualizer<HTMLDivElement, Element>,
  place: number,
  rowPx: number,
): boolean {
  if (scrollOffset === null || scrollRect === null) return false
  const start = options.paddingStart + place * rowPx
  return (
    start >= scrollOffset + options.scrollPaddingStart && start + rowPx <= scrollOffset + scrollRect.height
  )
}

function shownTime(queue: QueueName, order: ReturnType<typeof sortOf>): ShownTime {
  if (queue === 'snoozed') return 'wake'
  return order === 'waiting' ? 'waiting' : 'newest'
}

// Built once for all rows: only the number differs.
function useHref({ queue, search }: ListPlace): (number: number) => string {
  const router = useRouter()
  return useMemo(() => {
    const params = { queue, number: 0 }
    const { href } = router.buildLocation({ to: '/queue/$queue/$number', params, search })
    const [path = '', query] = href.split('?')
    const rest = query === undefined ? '' : `?${query}`
    return number => `${path.slice(0, -1)}${number}${rest}`
  }, [router, queue, search])
}

// Moving by keys brings the row into sight, and takes the focus along when it was in the list.
function useFollowSelection(
  scroller: React.RefObject<HTMLDivElement | null>,
  rows: readonly TicketRow[],
  selected: number | undefined,
  scrollTo: (place: number) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move of the selection scrolls, not new rows
  useEffect(() => {
    const place = rows.findIndex(row => row.number === selected)
    if (place < 0) return
    scrollTo(place)
    const list = scroller.current
    if (list === null || !list.contains(document.activeElement)) return
    window.requestAnimationFrame(() =>
      list.querySelector<HTMLElement>(`[data-number="${selected}"]`)?.focus(),
    )
  }, [selected])
}
