import { ArrowDownWideNarrow, ClockArrowUp } from 'lucide-react'
import { lazy, memo, Suspense, useState } from 'react'
import type { FilterPart } from '../../shared/ticket-filter.ts'
import type { ListOrder } from '../../shared/vocabulary.ts'
import type { LiveState } from '../live.ts'
import { useMailboxes } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import type { FailedTickets } from '../ticket/use-actions.ts'
import { classNames } from '../ui/class-names.ts'
import { Fault } from '../ui/fault.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { useIsOnline } from '../ui/use-is-online.ts'
import { FilterButton } from '../views/filter-button.tsx'
import { isNarrowing, isSameFilter } from '../views/filter-search.ts'
import { useViewCounts, useViewHere } from '../views/use-views.ts'
import { BeginIcon } from './begin-button.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { EmptyList } from './empty-list.tsx'
import type { Layout } from './layout.ts'
import { LayoutButton } from './layout-button.tsx'
import { isSortable, sortOf } from './list-order.ts'
import css from './list-pane.module.css'
import { NewTicketDraft } from './new-ticket-draft.tsx'
import type { ListPlace } from './place.ts'
import { countWords } from './queue-links.tsx'
import { usePlaceWords } from './queue-words.ts'
import { TicketList } from './ticket-list.tsx'
import type { PutAway } from './use-inbox-commands.ts'
import type { Selecting } from './use-selection.ts'
import { type ListState, useQueues } from './use-tickets.ts'

const TrashBar = lazy(async () => ({ default: (await import('../trash/trash-bar.tsx')).TrashBar }))
const FilterBar = lazy(async () => ({ default: (await import('../views/filter-bar.tsx')).FilterBar }))

/** The list of a queue with its head (name, count, mailbox, filter) and foot (how many are shown, live or not). */
export const ListPane = memo(function ListPane(props: {
  className?: string | undefined
  place: ListPlace
  list: ListState
  selected: number | undefined
  live: LiveState
  selecting: Selecting
  order: ListOrder
  onOrder: (order: ListOrder) => void
  onFailed: (failed: FailedTickets) => void
  layout: Layout
  onCycleLayout: () => void
  onOpen: (number: number) => void
  onPutAway: PutAway
}) {
  const { t } = useTranslation()
  const { list, place, selecting } = props
  const { rows } = list
  const isSelecting = selecting.numbers.size > 0
  const live = useIsOnline() ? props.live : 'offline'
  const [editing, setEditing] = useState<FilterPart>()
  return (
    <section className={classNames(css.pane, props.className)} id="list-pane" aria-labelledby="list-name">
      {isSelecting && <BulkBar selecting={selecting} rows={rows} onFailed={props.onFailed} />}
      <ListHead
        isSelecting={isSelecting}
        place={place}
        order={props.order}
        onOrder={props.onOrder}
        layout={props.layout}
        onCycleLayout={props.onCycleLayout}
        onEdit={setEditing}
      />
      <FilterRow place={place} editing={editing} onEdit={setEditing} />
      {place.queue === 'trash' && (
        <Suspense>
          <TrashBar />
        </Suspense>
      )}
      <div className={css.body} aria-busy={list.isPending}>
        {list.isFetching && !list.isPending && <div className={css.bar} />}
        {list.isPending && <Skeleton rows={8} />}
        {list.error !== null && rows.length === 0 && (
          <div className={css.fault}>
            <Fault error={list.error} onRetry={list.askAgain} />
          </div>
        )}
        <NewTicketDraft place={place} />
        {!list.isPending && list.error === null && rows.length === 0 && <EmptyList place={place} />}
        {rows.length > 0 && (
          <TicketList
            rows={rows}
            selected={props.selected}
            hasMore={list.hasMore}
            canAskMore={list.canAskMore}
            onMore={list.askMore}
            place={place}
            selecting={selecting}
            order={sortOf(place.queue, props.order)}
            isTable={props.layout === 'table'}
            onOpen={props.onOpen}
            onPutAway={props.onPutAway}
          />
        )}
      </div>
      <footer className={css.foot}>
        <Count list={list} selecting={selecting} />
        <span className={css.live} data-live={live} role="status">
          {t(`live.${live}`)}
        </span>
      </footer>
    </section>
  )
})

function Count({ list, selecting }: { list: ListState; selecting: Selecting }) {
  const { t } = useTranslation()
  if (selecting.numbers.size > 0 && list.hasMore) {
    return (
      <button type="button" className={css.whole} onClick={() => void selecting.selectWhole()}>
        {t('bulk.whole')}
      </button>
    )
  }
  return (
    <span>
      {t('list.shown', { count: list.rows.length })}
      {list.isCut && ` · ${t('filter.cut')}`}
      {list.isMoreFailed && (
        <>
          {' · '}
          <button type="button" className={css.whole} onClick={list.askMore}>
            {t('list.more-failed')}
          </button>
        </>
      )}
    </span>
  )
}

// Not drawn anew when another row is marked.
const ListHead = memo(function ListHead(props: {
  isSelecting: boolean
  place: ListPlace
  order: ListOrder
  onOrder: (order: ListOrder) => void
  layout: Layout
  onCycleLayout: () => void
  onEdit: (part: FilterPart) => void
}) {
  const { place } = props
  const name = usePlaceWords(place)
  const count = useCount(place)
  return (
    <header className={classNames(css.head, props.isSelecting && 'visually-hidden')}>
      <h1 className={css.name} id="list-name">
        {name}
      </h1>
      {count !== null && <span className={css.count}>{countWords(count)}</span>}
      <MailboxChoice place={place} />
      <FilterButton place={place} onEdit={props.onEdit} />
      <BeginIcon place={place} />
      {isSortable(place.queue) && <OrderButton order={props.order} onOrder={props.onOrder} />}
      <LayoutButton layout={props.layout} onCycle={props.onCycleLayout} />
    </header>
  )
})

const FilterRow = memo(function FilterRow(props: {
  place: ListPlace
  editing: FilterPart | undefined
  onEdit: (part: FilterPart | undefined) => void
}) {
  const view = useViewHere(props.place)
  if (!isNarrowing(props.place.filter) && view === undefined && props.editing === undefined) return null
  return (
    <Suspense fallback={<div className={css.filter} />}>
      <FilterBar {...props} />
    </Suspense>
  )
})

// Of a filter that is no view, or no longer as it was kept, nobody counts how many there are.
function useCount(place: ListPlace): number | null {
  const view = useViewHere(place)
  const ofViews = useViewCounts(place.mailboxId)
  const ofQueues = useQueues(place.mailboxId).data
  if (view !== undefined) {
    return isSameFilter(view.filter, place.filter) ? (ofViews.get(view.id) ?? null) : null
  }
  if (isNarrowing(place.filter)) return null
  return ofQueues?.find(row => row.queue === place.queue)?.count ?? null
}

// What it says is how it is; pressing it shows the other way.
function OrderButton(props: { order: ListOrder; onOrder: (order: ListOrder) => void }) {
  const { t } = useTranslation()
  const isWaiting = props.order === 'waiting'
  return (
    <IconButton
      icon={isWaiting ? ClockArrowUp : ArrowDownWideNarrow}
      name={t(`list.order.${props.order}`)}
      isPressed={isWaiting}
      onClick={() => props.onOrder(isWaiting ? 'newest' : 'waiting')}
    />
  )
}

function MailboxChoice(props: { place: ListPlace }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().data ?? []
  const { filter, viewId, mailboxId, narrow } = props.place
  if (mailboxes.length < 2) return null
  return (
    <select
      className={css.choice}
      data-chosen={mailboxId === undefined ? undefined : ''}
      aria-label={t('list.mailbox')}
      title={mailboxes.find(({ id }) => id === mailboxId)?.name ?? t('list.allMailboxes')}
      value={mailboxId ?? ''}
      onChange={event => {
        const mailbox = Number(event.target.value)
        narrow(filter, { viewId, mailboxId: mailbox > 0 ? mailbox : undefined })
      }}
    >
      <option value="">{t('list.allMailboxes')}</option>
      {mailboxes.map(mailbox => (
        <option key={mailbox.id} value={mailbox.id}>
          {mailbox.name}
        </option>
      ))}
    </select>
  )
}
