import { lazy, memo, Suspense, startTransition, useDeferredValue, useEffect, useMemo, useState } from 'react'
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
import { useSteady } from '../ui/use-steady.ts'
import { EmptyTicket } from './empty-ticket.tsx'
import css from './inbox-page.module.css'
import { useLayout } from './layout.ts'
import { useListOrder } from './list-order.ts'
import { ListPane } from './list-pane.tsx'
import { Peek } from './peek.tsx'
import type { ListPlace, Place } from './place.ts'
import { usePlaceWords } from './queue-words.ts'
import { ReadingStrip } from './reading-strip.tsx'
import { Sidebar } from './sidebar.tsx'
import { SkipLinks } from './skip-links.tsx'
import { TabBar } from './tab-bar.tsx'
import { useFetchAhead } from './use-fetch-ahead.ts'
import { useInboxCommands } from './use-inbox-commands.ts'
import { usePromptPlace } from './use-prompt-place.ts'
import { useSelection } from './use-selection.ts'
import { type Standing, useStanding } from './use-standing.ts'
import { useQueues, useTicketList } from './use-tickets.ts'

const CustomerPanel = lazy(async () => ({
  default: (await import('../customer/customer-panel.tsx')).CustomerPanel,
}))
const FailedTickets = lazy(async () => ({ default: (await import('./failed-tickets.tsx')).FailedTickets }))

/** The inbox: queues, list and ticket side by side; on a phone one at a time. */
export function InboxPage() {
  const { place, noteShown } = usePromptPlace()
  const listPlace = useListPlace(place)
  const held = useHeldTyping()
  const live = useLive()
  const [order, setOrder] = useListOrder()
  const list = useTicketList({ ...place, order })
  const [cursor, setCursor] = useState<number>()
  const layout = useLayout()
  useCommand('layout', layout.cycle)
  const [wish, setWish] = useState<Wish>()
  const { rows } = list
  // Keys that act on a ticket have none while one is being begun.
  const selected = place.isNew ? undefined : (place.number ?? cursor)
  const wishFor = useSteady((wanted: Wish | undefined) => {
    if (wanted !== undefined) held.begin()
    setWish(wanted)
  })
  const openTicket = useSteady((number: number, wanted?: Wish) => {
    setCursor(number)
    wishFor(wanted)
    place.openTicket(number)
  })
  const [failed, setFailed] = useState<Failed>([])
  const selecting = useSelection({
    place: { ...place, order },
    rows,
    cursor: selected,
    move: number => (place.number === undefined ? setCursor(number) : openTicket(number)),
  })
  const standing = useStanding(rows, selected)
  const putAway = useSteady(
    useInboxCommands({
      ...{ rows, place, cursor: selected, standing, setCursor, openTicket },
      hasMore: list.hasMore,
    }),
  )
  const takeWish = useSteady(() => setWish(undefined))
  const leaveTicket = useSteady(() => {
    setWish(undefined)
    place.backToList()
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
          place={listPlace}
          list={list}
          selected={selected}
          live={live}
          selecting={selecting}
          order={order}
          onOrder={setOrder}
          onFailed={setFailed}
          onOpen={openTicket}
          onPutAway={putAway}
          layout={layout.layout}
          onCycleLayout={layout.cycle}
        />
        {layout.layout !== 'split' && place.number !== undefined && (
          <ReadingStrip rows={rows} place={place} openTicket={openTicket} />
        )}
        <div className={css.ticket} id="ticket" tabIndex={-1}>
          {place.isNew ? (
            <NewTicket place={place} />
          ) : (
            <TicketPane
              number={place.number}
              next={likelyNext(place.number, { marked: cursor ?? rows[0]?.number, standing })}
              onShown={noteShown}
              wish={wish}
              onWish={wishFor}
              onWishTaken={takeWish}
              onBack={leaveTicket}
              onPutAway={putAway}
            >
              <EmptyTicket />
            </TicketPane>
          )}
          {place.number !== undefined && (
            <>
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

// Which ticket is likely opened next: from the list the marked one, from a ticket the one below it.
function likelyNext(
  open: number | undefined,
  at: { marked: number | undefined; standing: Standing | undefined },
): number | undefined {
  return open === undefined ? at.marked : at.standing?.next?.number
}

// Whose the ticket is follows when the ticket itself is on the screen, which is deferred as well.
const Beside = memo(function Beside(props: { number: number; onClose: () => void }) {
  const onScreen = useDeferredValue(props.number)
  const [number, setNumber] = useState(props.number)
  useEffect(() => startTransition(() => setNumber(onScreen)), [onScreen])
  return (
    <Suspense fallback={null}>
      <CustomerPanel number={number} isBehind={number !== props.number} onClose={props.onClose} />
    </Suspense>
  )
})

// The list and what stands beside it are not drawn anew for each ticket that is opened.
function useListPlace(place: Place): ListPlace {
  const { queue, sought, mailboxId, filter, viewId, search, isNew, isByPhone } = place
  const narrow = useSteady(place.narrow)
  const goTo = useSteady(place.goTo)
  const beginTicket = useSteady(place.beginTicket)
  return useMemo(
    () => ({
      ...{ queue, sought, mailboxId, filter, viewId, search, isNew, isByPhone },
      ...{ narrow, goTo, beginTicket },
    }),
    [queue, sought, mailboxId, filter, viewId, search, isNew, isByPhone, narrow, goTo, beginTicket],
  )
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
