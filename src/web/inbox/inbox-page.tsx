import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { useCommand } from '../keys/commands.tsx'
import { useLive } from '../live.ts'
import { useOfferTarget } from '../palette/target.ts'
import { useTranslation } from '../texts.tsx'
import { fetchTicketSoon } from '../ticket/ticket-page.tsx'
import type { FailedTickets as Failed } from '../ticket/use-actions.ts'
import { classNames } from '../ui/class-names.ts'
import { useSteady } from '../ui/use-steady.ts'
import css from './inbox-page.module.css'
import { useLayout } from './layout.ts'
import { useListOrder } from './list-order.ts'
import { ListPane } from './list-pane.tsx'
import { Peek } from './peek.tsx'
import type { ListPlace, Place } from './place.ts'
import { usePlaceWords } from './queue-words.ts'
import { ReadingSide } from './reading-side.tsx'
import { ReadingStrip } from './reading-strip.tsx'
import { Sidebar } from './sidebar.tsx'
import { SkipLinks } from './skip-links.tsx'
import { TabBar } from './tab-bar.tsx'
import { useFetchAhead } from './use-fetch-ahead.ts'
import { useInboxCommands } from './use-inbox-commands.ts'
import { useOpening } from './use-opening.ts'
import { usePromptPlace } from './use-prompt-place.ts'
import { useSelection } from './use-selection.ts'
import { type Standing, useStanding } from './use-standing.ts'
import { useQueues, useTicketList } from './use-tickets.ts'

const FailedTickets = lazy(async () => ({ default: (await import('./failed-tickets.tsx')).FailedTickets }))

/** The inbox: queues, list and ticket side by side; on a phone one at a time. */
export function InboxPage() {
  const { place, noteShown } = usePromptPlace()
  const listPlace = useListPlace(place)
  const opening = useOpening(place)
  const { selected, setCursor, openTicket } = opening
  const live = useLive()
  const [order, setOrder] = useListOrder()
  const list = useTicketList({ ...place, order })
  const layout = useLayout()
  useCommand('layout', layout.cycle)
  const { rows } = list
  const [failed, setFailed] = useState<Failed>([])
  const selecting = useSelection({
    place: { ...place, order },
    rows,
    cursor: selected,
    move: number => (place.number === undefined ? setCursor(number) : openTicket(number)),
  })
  const standing = useStanding(rows, selected)
  const { hasMore } = list
  const putAway = useSteady(
    useInboxCommands({ rows, hasMore, place, cursor: selected, standing, setCursor, openTicket }),
  )
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
        <ReadingSide
          className={css.ticket}
          place={place}
          opening={opening}
          next={likelyNext(place.number, { marked: opening.cursor ?? rows[0]?.number, standing })}
          onShown={noteShown}
          onPutAway={putAway}
        />
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

// The list and what stands beside it are not drawn anew for each ticket that is opened.
function useListPlace(place: Place): ListPlace {
  const { queue, sought, mailboxId, filter, viewId, search, isNew, isByPhone } = place
  const narrow = useSteady(place.narrow)
  const goTo = useSteady(place.goTo)
  const beginTicket = useSteady(place.beginTicket)
  return useMemo(
    () => ({
      queue,
      sought,
      mailboxId,
      filter,
      viewId,
      search,
      isNew,
      isByPhone,
      narrow,
      goTo,
      beginTicket,
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
