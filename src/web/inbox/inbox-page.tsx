import { useRouterState } from '@tanstack/react-router'
import {
  lazy,
  Suspense,
  startTransition,
  useDeferredValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import type { TicketRow } from '../../shared/tickets.ts'
import { MergePeopleLayer } from '../customer/merge-people-layer.tsx'
import { useCustomerPanel } from '../customer/use-customer-panel.ts'
import { useCommand, useHeldTyping } from '../keys/commands.tsx'
import { useLive } from '../live.ts'
import { NewTicket } from '../new-ticket/new-ticket.tsx'
import { useOfferTarget } from '../palette/target.ts'
import { useTranslation } from '../texts.tsx'
import { fetchTicketSoon, TicketPane } from '../ticket/ticket-page.tsx'
import type { Wish } from '../ticket/ticket-place.ts'
import type { FailedTickets as Failed } from '../ticket/use-actions.ts'
import { classNames } from '../ui/class-names.ts'
import { EmptyTicket } from './empty-ticket.tsx'
import css from './inbox-page.module.css'
import { useLayout } from './layout.ts'
import { useListOrder } from './list-order.ts'
import { ListPane } from './list-pane.tsx'
import { Peek } from './peek.tsx'
import { type ListPlace, type Place, usePlace } from './place.ts'
import { usePlaceWords } from './queue-words.ts'
import { ReadingStrip } from './reading-strip.tsx'
import { Sidebar } from './sidebar.tsx'
import { SkipLinks } from './skip-links.tsx'
import { TabBar } from './tab-bar.tsx'
import { useFetchAhead } from './use-fetch-ahead.ts'
import { useInboxCommands } from './use-inbox-commands.ts'
import { useSelection } from './use-selection.ts'
import { useStanding } from './use-standing.ts'
import { useQueues, useTicketList } from './use-tickets.ts'

const CustomerPanel = lazy(async () => ({
  default: (await import('../customer/customer-panel.tsx')).CustomerPanel,
}))
const FailedTickets = lazy(async () => ({ default: (await import('./failed-tickets.tsx')).FailedTickets }))

const NO_ROWS: readonly TicketRow[] = []

/** The inbox: queues, list and ticket side by side; on a phone one at a time. */
export function InboxPage() {
  const place = usePromptPlace()
  const listPlace = useListPlace(place)
  const held = useHeldTyping()
  const live = useLive()
  const [order, setOrder] = useListOrder()
  const list = useTicketList({ ...place, order })
  const [cursor, setCursor] = useState<number>()
  const layout = useLayout()
  useCommand('layout', layout.cycle)
  const [wish, setWish] = useState<Wish>()
  const rows = list.data?.rows ?? NO_ROWS
  // Keys that act on a ticket have none while one is being begun.
  const selected = place.isNew ? undefined : (place.number ?? cursor)
  const wishFor = (wanted: Wish | undefined) => {
    if (wanted !== undefined) held.begin()
    setWish(wanted)
  }
  const openTicket = (number: number, wanted?: Wish) => {
    setCursor(number)
    wishFor(wanted)
    place.openTicket(number)
  }
  const [failed, setFailed] = useState<Failed>([])
  const selecting = useSelection({
    place: { ...place, order },
    rows,
    cursor: selected,
    move: number => (place.number === undefined ? setCursor(number) : openTicket(number)),
  })
  const standing = useStanding(rows, selected)
  const putAway = useInboxCommands({
    ...{ rows, place, cursor: selected, standing, setCursor, openTicket },
    hasMore: list.hasNextPage,
  })
  const panel = useCustomerPanel()
  useCommand('customer', place.number === undefined ? undefined : panel.toggle)
  useOfferTarget(rows.find(row => row.number === selected))
  useTitle(place, usePlaceWords(place))
  useEffect(fetchTicketSoon, [])
  useFetchAhead(rows, selected)
  return (
    <div
      className={classNames(css.page, (place.isNew || place.number !== undefined) && css.reading)}
      data-layout={layout.layout}
    >
      <SkipLinks hasTicket={place.number !== undefined} />
      <Sidebar place={listPlace} className={css.sidebar} />
      <main className={css.panes}>
        <ListPane
          className={css.list}
          place={place}
          list={list}
          rows={rows}
          selected={selected}
          live={live}
          selecting={selecting}
          order={order}
          onOrder={setOrder}
          onFailed={setFailed}
          onOpen={openTicket}
          layout={layout.layout}
          onCycleLayout={layout.cycle}
        />
        {layout.layout !== 'split' && place.number !== undefined && (
          <ReadingStrip rows={rows} place={place} openTicket={openTicket} />
        )}
        <div className={css.ticket} id="ticket" tabIndex={-1}>
          {place.isNew ? (
            <NewTicket place={place} />
          ) : place.number === undefined ? (
            <EmptyTicket />
          ) : (
            <>
              <TicketPane
                number={place.number}
                wish={wish}
                onWish={wishFor}
                onWishTaken={() => setWish(undefined)}
                onBack={() => {
                  setWish(undefined)
                  place.backToList()
                }}
                onPutAway={putAway}
              />
              <MergePeopleLayer key={`people-${place.number}`} number={place.number} />
              {panel.isOpen && <Beside number={place.number} onClose={panel.toggle} />}
            </>
          )}
        </div>
      </main>
      <Peek place={place} cursor={selected} />
      <TabBar place={listPlace} className={css.tabs} />
      {failed.length > 0 && (
        <Suspense fallback={null}>
          <FailedTickets failed={failed} onClose={() => setFailed([])} />
        </Suspense>
      )}
    </div>
  )
}

/**
 * The place, with a ticket that a key opens shown at once: the address follows after a moment, and the next
 * key must not act on the ticket before.
 */
function usePromptPlace(): Place {
  const place = usePlace()
  const [opening, setOpening] = useState<number>()
  const isMoving = useRouterState({ select: state => state.status === 'pending' })
  // biome-ignore lint/correctness/useExhaustiveDependencies: also when another address has come
  useLayoutEffect(() => {
    if (!isMoving) setOpening(undefined)
  }, [isMoving, place.number, place.queue])
  return useMemo(
    () => ({
      ...place,
      isNew: place.isNew && opening === undefined,
      number: opening ?? place.number,
      openTicket: number => {
        setOpening(number === place.number ? undefined : number)
        place.openTicket(number)
      },
      backToList: () => {
        setOpening(undefined)
        place.backToList()
      },
      goTo: queue => {
        setOpening(undefined)
        place.goTo(queue)
      },
      beginTicket: () => {
        setOpening(undefined)
        place.beginTicket()
      },
    }),
    [place, opening],
  )
}

// Whose the ticket is follows when the ticket itself is on the screen, which is deferred as well.
function Beside(props: { number: number; onClose: () => void }) {
  const onScreen = useDeferredValue(props.number)
  const [number, setNumber] = useState(props.number)
  useEffect(() => startTransition(() => setNumber(onScreen)), [onScreen])
  return (
    <Suspense fallback={null}>
      <CustomerPanel number={number} isBehind={number !== props.number} onClose={props.onClose} />
    </Suspense>
  )
}

// What stands beside the list is not drawn anew for each ticket that is opened.
function useListPlace(place: Place): ListPlace {
  const { queue, sought, mailboxId, viewId, search, isNew } = place
  const latest = useRef(place)
  latest.current = place
  return useMemo(() => {
    const beginTicket = () => latest.current.beginTicket()
    return { queue, sought, mailboxId, viewId, search, isNew, beginTicket }
  }, [queue, sought, mailboxId, viewId, search, isNew])
}

function useTitle(place: Place, placeName: string): void {
  const { t } = useTranslation()
  const mine = useQueues(undefined).data?.find(row => row.queue === 'mine')?.count ?? 0
  const listed = place.isNew ? t('newTicket.name') : placeName
  const subject = place.number === undefined ? listed : `#${place.number}`
  useEffect(() => {
    document.title = `${mine > 0 ? `(${mine}) ` : ''}${subject} · Letterdesk`
  }, [mine, subject])
}
