import { useNavigate } from '@tanstack/react-router'
import { ArrowDownWideNarrow, ClockArrowUp } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { TicketRow } from '../../shared/tickets.ts'
import type { ListOrder } from '../../shared/vocabulary.ts'
import type { LiveState } from '../live.ts'
import { useMailboxes } from '../session.ts'
import type { FailedTickets } from '../ticket/use-actions.ts'
import { classNames } from '../ui/class-names.ts'
import { Fault } from '../ui/fault.tsx'
import { IconButton } from '../ui/icon-button.tsx'
import { Skeleton } from '../ui/skeleton.tsx'
import { BeginIcon } from './begin-button.tsx'
import { BulkBar } from './bulk-bar.tsx'
import { EmptyList } from './empty-list.tsx'
import type { Layout } from './layout.ts'
import { LayoutButton } from './layout-button.tsx'
import { isSortable, sortOf } from './list-order.ts'
import css from './list-pane.module.css'
import { NewTicketDraft } from './new-ticket-draft.tsx'
import type { Place } from './place.ts'
import { countWords } from './queue-links.tsx'
import { useQueueWords } from './queue-words.ts'
import { TicketList } from './ticket-list.tsx'
import type { Selecting } from './use-selection.ts'
import { useQueues, type useTicketList } from './use-tickets.ts'

/** The list of a queue with its head (name, count, mailbox) and foot (how many are shown, live or not). */
export function ListPane(props: {
  className?: string | undefined
  place: Place
  list: ReturnType<typeof useTicketList>
  rows: readonly TicketRow[]
  selected: number | undefined
  live: LiveState
  selecting: Selecting
  order: ListOrder
  onOrder: (order: ListOrder) => void
  onFailed: (failed: FailedTickets) => void
  layout: Layout
  onCycleLayout: () => void
}) {
  const { t } = useTranslation()
  const { list, rows, place, selecting } = props
  const isSelecting = selecting.numbers.size > 0
  const name = useQueueWords(place.queue)
  const count = useQueues(place.mailboxId).data?.find(row => row.queue === place.queue)?.count ?? null
  return (
    <section className={classNames(css.pane, props.className)} aria-labelledby="list-name">
      {isSelecting && <BulkBar selecting={selecting} rows={rows} onFailed={props.onFailed} />}
      <header className={classNames(css.head, isSelecting && 'visually-hidden')}>
        <h1 className={css.name} id="list-name">
          {name}
        </h1>
        {count !== null && <span className={css.count}>{countWords(count)}</span>}
        <MailboxChoice place={place} />
        <BeginIcon place={place} />
        {isSortable(place.queue) && <OrderButton order={props.order} onOrder={props.onOrder} />}
        <LayoutButton layout={props.layout} onCycle={props.onCycleLayout} />
      </header>
      <div className={css.body} aria-busy={list.isPending}>
        {list.isFetching && !list.isPending && <div className={css.bar} />}
        {list.isPending && <Skeleton rows={8} />}
        {list.isError && rows.length === 0 && (
          <div className={css.fault}>
            <Fault error={list.error} onRetry={() => void list.refetch()} />
          </div>
        )}
        <NewTicketDraft place={place} />
        {list.isSuccess && rows.length === 0 && <EmptyList place={place} />}
        {rows.length > 0 && (
          <TicketList
            rows={rows}
            selected={props.selected}
            hasMore={list.hasNextPage}
            onMore={() => {
              if (!list.isFetchingNextPage) void list.fetchNextPage()
            }}
            place={place}
            selecting={selecting}
            order={sortOf(place.queue, props.order)}
            isTable={props.layout === 'table'}
          />
        )}
      </div>
      <footer className={css.foot}>
        {isSelecting && list.hasNextPage ? (
          <button type="button" className={css.whole} onClick={() => void selecting.selectWhole()}>
            {t('bulk.whole')}
          </button>
        ) : (
          <span>{t('list.shown', { count: rows.length })}</span>
        )}
        <span className={css.live} data-live={props.live} role="status">
          {t(`live.${props.live}`)}
        </span>
      </footer>
    </section>
  )
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

function MailboxChoice(props: { place: Place }) {
  const { t } = useTranslation()
  const mailboxes = useMailboxes().data ?? []
  const navigate = useNavigate()
  if (mailboxes.length < 2) return null
  return (
    <select
      className={css.choice}
      aria-label={t('list.mailbox')}
      value={props.place.mailboxId ?? ''}
      onChange={event => {
        const mailbox = Number(event.target.value)
        void navigate({
          to: '/queue/$queue',
          params: { queue: props.place.queue },
          search: mailbox > 0 ? { mailbox } : {},
        })
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
