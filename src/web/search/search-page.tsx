import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import type { SearchHit } from '../../shared/search.ts'
import { useApi } from '../api.tsx'
import { EmptyTicket } from '../inbox/empty-ticket.tsx'
import page from '../inbox/inbox-page.module.css'
import pane from '../inbox/list-pane.module.css'
import { usePlace } from '../inbox/place.ts'
import { Sidebar } from '../inbox/sidebar.tsx'
import { SkipLinks } from '../inbox/skip-links.tsx'
import { TabBar } from '../inbox/tab-bar.tsx'
import { useInboxCommands } from '../inbox/use-inbox-commands.ts'
import { useCommand } from '../keys/commands.tsx'
import { useLive } from '../live.ts'
import { useAgents, useMailboxes, useTeamsAtWork } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { TicketPane } from '../ticket/ticket-page.tsx'
import type { Wish } from '../ticket/ticket-place.ts'
import { tagsQuery } from '../ticket/ticket-queries.ts'
import { classNames } from '../ui/class-names.ts'
import { Skeleton } from '../ui/skeleton.tsx'
import { HitList, OlderButton } from './hit-list.tsx'
import css from './search.module.css'
import { SearchField } from './search-field.tsx'
import { NothingFound, SearchFault, SearchIntro } from './search-words.tsx'
import type { KnownValues } from './suggest.ts'
import { hitKey, useHits, useSearchPlace } from './use-search.ts'

/** The search: field and hits where the list is, and the ticket of the chosen hit beside them, opened at it. */
export function SearchPage() {
  const { t } = useTranslation()
  const place = usePlace()
  useLive()
  const { q, hit, ask, openHit } = useSearchPlace()
  const [cursor, setCursor] = useState<string>()
  const [wish, setWish] = useState<Wish>()
  const found = useHits(q)
  const hits = q.trim() === '' ? [] : (found.data?.pages.flatMap(one => one.data) ?? [])
  const selected = hit ?? cursor
  const putAway = useInboxCommands({
    rows: [],
    hasMore: false,
    place,
    cursor: place.number,
    standing: undefined,
    setCursor: place.openTicket, // never: there are no rows of a queue
    openTicket: place.openTicket,
  })
  useHitCommands({ hits, selected, isOpen: place.number !== undefined, setCursor, openHit })
  useCommand('leave', place.number === undefined ? () => place.goTo('mine') : undefined)
  useEffect(() => {
    document.title = `${q === '' ? t('search.title') : q} · Letterdesk`
  }, [q, t])
  return (
    <div className={classNames(page.page, place.number !== undefined && page.reading)}>
      <SkipLinks hasTicket={place.number !== undefined} />
      <Sidebar place={place} className={page.sidebar} />
      <main className={page.panes}>
        <SearchPane
          found={found}
          hits={hits}
          q={q}
          selected={selected}
          onAsk={ask}
          onEnter={() => focusHit(selected, setCursor, hits)}
        />
        <div className={page.ticket} id="ticket" tabIndex={-1}>
          <TicketPane
            number={place.number}
            next={undefined}
            wish={wish}
            onWish={setWish}
            onWishTaken={() => setWish(undefined)}
            onBack={place.backToList}
            onPutAway={putAway}
          >
            <EmptyTicket />
          </TicketPane>
        </div>
      </main>
      <TabBar place={place} className={page.tabs} />
    </div>
  )
}

// From the field to the hits: j, k and Enter act there.
function focusHit(
  selected: string | undefined,
  setCursor: (key: string) => void,
  hits: readonly SearchHit[],
): void {
  const [first] = hits
  const wanted = selected ?? (first && hitKey(first))
  if (wanted !== undefined) setCursor(wanted)
  const link = document.querySelector<HTMLElement>(`[data-hit="${wanted}"]`)
  if (link === null) document.getElementById('list')?.focus()
  else link.focus()
}

function useHitCommands(props: {
  hits: readonly SearchHit[]
  selected: string | undefined
  isOpen: boolean
  setCursor: (key: string) => void
  openHit: (hit: SearchHit) => void
}): void {
  const { hits, selected, isOpen } = props
  const at = hits.findIndex(hit => hitKey(hit) === selected)
  const move = (step: number) => {
    const hit = hits[at < 0 ? 0 : Math.min(hits.length - 1, Math.max(0, at + step))]
    if (hit === undefined) return
    props.setCursor(hitKey(hit))
    if (isOpen) props.openHit(hit)
  }
  const marked = hits[at]
  useCommand('next', hits.length > 0 ? () => move(1) : undefined)
  useCommand('previous', hits.length > 0 ? () => move(-1) : undefined)
  useCommand('open', marked !== undefined && !isOpen ? () => props.openHit(marked) : undefined)
}

type Found = ReturnType<typeof useHits>

function SearchPane(props: {
  found: Found
  hits: readonly SearchHit[]
  q: string
  selected: string | undefined
  onAsk: (q: string) => void
  onEnter: () => void
}) {
  const { t } = useTranslation()
  const { found, hits, q } = props
  const known = useKnownValues()
  const isAsked = q.trim() !== ''
  const first = isAsked ? found.data?.pages[0] : undefined
  const isLookingOn = useLookingOn(found, isAsked && hits.length === 0)
  return (
    <section className={classNames(pane.pane, page.list)} aria-label={t('search.title')}>
      <header className={css.head}>
        <h1 className="visually-hidden">{t('search.title')}</h1>
        <SearchField q={q} known={known} onAsk={props.onAsk} onEnter={props.onEnter} />
      </header>
      <div className={css.body} id="list" tabIndex={-1} aria-busy={found.isFetching}>
        {found.isFetching && isAsked && <div className={pane.bar} />}
        {isAsked && (found.isPending || isLookingOn) && <Skeleton rows={6} />}
        {!isAsked && <SearchIntro onAsk={props.onAsk} />}
        {isAsked && found.isError && (
          <SearchFault error={found.error} q={q} onAsk={props.onAsk} onRetry={() => void found.refetch()} />
        )}
        {first?.ticket && <TicketLink ticket={first.ticket} q={q} />}
        {!found.isError && first?.isPartial && hits.length > 0 && (
          <p className={css.partial} role="status">
            {t('search.partial')}
          </p>
        )}
        {!found.isError && hits.length > 0 && (
          <HitList
            hits={hits}
            q={q}
            selected={props.selected}
            more={{
              isWanted: found.hasNextPage,
              isComing: found.isFetchingNextPage,
              ask: () => void found.fetchNextPage(),
            }}
          />
        )}
        {found.isSuccess && first && hits.length === 0 && !first.ticket && !isLookingOn && (
          <NothingSoFar found={found} q={q} onAsk={props.onAsk} />
        )}
      </div>
      {isAsked && found.isSuccess && !isLookingOn && (
        <FoundCount count={hits.length} isMore={found.hasNextPage} />
      )}
    </section>
  )
}

// What was typed is the number of a ticket.
function TicketLink(props: { ticket: { number: number; subject: string }; q: string }) {
  const { number, subject } = props.ticket
  return (
    <Link to="/search/$number" params={{ number }} search={{ q: props.q }} className={css.ticket}>
      <span className={css.number}>#{number}</span> {subject}
    </Link>
  )
}

// What was looked at has none; where there is more to look at, whoever wants goes on.
function NothingSoFar(props: { found: Found; q: string; onAsk: (q: string) => void }) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = props.found
  if (!hasNextPage) return <NothingFound q={props.q} onAsk={props.onAsk} />
  return <OlderButton isComing={isFetchingNextPage} onPress={() => void fetchNextPage()} />
}

function FoundCount(props: { count: number; isMore: boolean }) {
  const { t } = useTranslation()
  const { count } = props
  return (
    <footer className={pane.foot}>
      <span role="status">{props.isMore ? t('search.newest', { count }) : t('search.found', { count })}</span>
    </footer>
  )
}

// A second or two; whoever wants what lies further back says so.
const MOST_EMPTY_PAGES = 10

/** A page without hits may only say where to look on: goes on by itself, further back, for some pages. */
function useLookingOn(found: Found, isWithoutHits: boolean): boolean {
  const { hasNextPage, isFetchingNextPage, fetchNextPage, isError, isPlaceholderData } = found
  const isOfFew = (found.data?.pages.length ?? 0) < MOST_EMPTY_PAGES
  const isWanted = isWithoutHits && hasNextPage && isOfFew && !isError && !isPlaceholderData
  useEffect(() => {
    if (isWanted && !isFetchingNextPage) void fetchNextPage()
  }, [isWanted, isFetchingNextPage, fetchNextPage])
  return isWanted || (isWithoutHits && isPlaceholderData)
}

function useKnownValues(): KnownValues {
  const { call } = useApi()
  const tags = useQuery(tagsQuery(call)).data
  const mailboxes = useMailboxes().data
  const agents = useAgents().data
  const teams = useTeamsAtWork()
  return {
    tags: tags ?? [],
    mailboxes: mailboxes?.map(mailbox => mailbox.name) ?? [],
    agents: agents?.map(agent => agent.name) ?? [],
    teams: teams.map(team => team.name),
  }
}
