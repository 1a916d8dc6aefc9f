import { useRouter } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useRef } from 'react'
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
import { useRowsInSight } from './use-rows-in-sight.ts'
import type { Selecting } from './use-selection.ts'

const TableHead = lazy(async () => ({ default: (await import('./table-row.tsx')).TableHead }))
const TableRow = lazy(async () => ({ default: (await import('./table-row.tsx')).TableRow }))

const CARDS = { rowPx: 64, headPx: 0 }
const TABLE = { rowPx: 40, headPx: 40 }
// Ask for the next page this many rows before the end comes into sight.
const AHEAD_ROWS = 15

/** The rows of a list; only those in sight are in the document, so that ten thousand cost as much as ten. */
export function TicketList(props: {
  rows: readonly TicketRow[]
  selected: number | undefined
  hasMore: boolean
  canAskMore: boolean
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
  const shape = isTable ? TABLE : CARDS
  const Shape = isTable ? TableRow : Row
  const { numbers, pick } = props.selecting
  const scroller = useRef<HTMLDivElement>(null)
  const now = useNow(30_000)
  const timeStyle = useTimeStyle()
  const agents = useAgents().data
  const mailboxes = useMailboxes().data
  const { drawn, showRow } = useRowsInSight(scroller, shape)
  useAskAhead(props, drawn.end)
  useFollowSelection(scroller, rows, selected, showRow)
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
        aria-rowcount={props.hasMore ? -1 : rows.length}
        className={css.grid}
        style={{ height: shape.headPx + rows.length * shape.rowPx }}
      >
        <Suspense fallback={null}>
          {isTable && <TableHead shows={shows} />}
          {rows.slice(drawn.first, drawn.end).map((row, nth) => {
            const place = drawn.first + nth
            return (
              <Shape
                key={row.number}
                row={row}
                place={place}
                top={shape.headPx + place * shape.rowPx}
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

// The next page is asked for before the end of the rows that are there comes into sight.
function useAskAhead(
  list: { rows: readonly TicketRow[]; canAskMore: boolean; onMore: () => void },
  drawnEnd: number,
): void {
  const { rows, canAskMore, onMore } = list
  const lastDrawn = Math.min(drawnEnd, rows.length) - 1
  const isNearEnd = canAskMore && lastDrawn >= rows.length - AHEAD_ROWS
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked once per stretch of rows, not per render
  useEffect(() => {
    if (isNearEnd) onMore()
  }, [isNearEnd, rows.length])
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
  showRow: (place: number) => void,
): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a move of the selection scrolls, not new rows
  useEffect(() => {
    const place = rows.findIndex(row => row.number === selected)
    if (place < 0) return
    showRow(place)
    const list = scroller.current
    if (list === null || !list.contains(document.activeElement)) return
    window.requestAnimationFrame(() =>
      list.querySelector<HTMLElement>(`[data-number="${selected}"]`)?.focus(),
    )
  }, [selected])
}
