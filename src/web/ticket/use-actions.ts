import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { type ActionResult, undoAction } from '../../shared/actions.ts'
import type { TicketChange } from '../../shared/ticket-change.ts'
import type { Ticket, TicketRow } from '../../shared/tickets.ts'
import { useApi } from '../api.tsx'
import { CallFailed } from '../call.ts'
import type { ListPage } from '../inbox/list-pages.ts'
import { patchRows } from '../inbox/use-tickets.ts'
import { useWaiting } from '../offline/waiting.tsx'
import { useMe } from '../session.ts'
import { useTranslation } from '../texts.tsx'
import { drawAtOnce } from '../ui/draw-at-once.ts'
import { useNotices } from '../ui/notices.tsx'
import { beginChange } from './changes-under-way.ts'
import { applied } from './ticket-changes.ts'

/** What is done to some tickets, and what is said of it; nothing where it is seen where it is done. */
export type TicketAction = {
  numbers: readonly number[]
  wish: { change: TicketChange } | { mergeInto: number }
  words: string | undefined
}

/** Tickets an action, or taking it back, could not change. */
export type FailedTickets = readonly (ActionResult & { code: string })[]

/**
 * Does something to one or many tickets: shown at once, undone by `z` (exactly, by the server, where nobody changed
 * it since), and what could not be done is said; of many by `onFailed`.
 */
export function useActions(onFailed?: (failed: FailedTickets) => void): (action: TicketAction) => void {
  const { call } = useApi()
  const { t } = useTranslation()
  const queries = useQueryClient()
  const agentId = useMe().id
  const notices = useNotices()
  const waiting = useWaiting()
  const sayFailed = (failed: FailedTickets, count: number) => {
    const [first] = failed
    if (first === undefined) return
    if (count === 1 || onFailed === undefined) notices.failed(new CallFailed(first.code, 409))
    else {
      const show = { words: t('bulk.showFailed'), run: () => onFailed(failed) }
      notices.warn(t('bulk.failed', { count: failed.length }), show)
    }
  }
  return ({ numbers, wish, words }) => {
    const refresh = () => refreshAfter(queries, numbers, 'change' in wish ? wish.change : undefined)
    const versions = versionsOf(queries, numbers)
    let ended: (() => void) | undefined
    if ('change' in wish) {
      const change = <T extends TicketRow>(row: T) => applied(row, wish.change, new Date())
      ended = beginChange({ numbers: new Set(numbers), agentId, change })
      drawAtOnce(() => patchEverywhere(queries, new Set(numbers), agentId, change))
    }
    const acted = waiting.act(agentId, { numbers: [...numbers], ...wish, versions })
    const undo = async () => {
      // What was refused is known by then: there is nothing to take back.
      const { actionId } = await acted.catch(() => ({ actionId: null }))
      if (actionId === null) return
      try {
        const { results } = await call(undoAction, { params: { id: actionId } })
        sayFailed(failedOf(results), numbers.length)
      } finally {
        refresh()
      }
    }
    const takeBack =
      words === undefined ? undefined : notices.done(words, { undo, forMs: shownMs(numbers.length) })
    acted
      .then(({ actionId, results }) => {
        if (actionId === null && failedOf(results).length > 0) takeBack?.()
        sayFailed(failedOf(results), numbers.length)
      })
      .catch((error: unknown) => {
        takeBack?.()
        notices.failed(error)
      })
      .finally(() => {
        ended?.()
        refresh()
      })
  }
}

// C11: an undo of many may be looked at before it is wanted.
function shownMs(count: number): number {
  return count > 1 ? 30_000 : 6000
}

function failedOf(results: readonly ActionResult[]): FailedTickets {
  return results.flatMap(({ number, code }) => (code === null ? [] : { number, code }))
}

function refreshAfter(
  queries: QueryClient,
  numbers: readonly number[],
  change: TicketChange | undefined,
): void {
  const changed = new Set<unknown>(numbers)
  void queries.invalidateQueries({
    predicate: ({ queryKey: [name, number] }) =>
      name === 'tickets' || name === 'queues' || (name === 'ticket' && changed.has(number)),
  })
  if (change?.addTags !== undefined) void queries.invalidateQueries({ queryKey: ['tags'] })
}

// As this page shows them: in which version an agent saw what they change.
function versionsOf(queries: QueryClient, numbers: readonly number[]): (number | null)[] {
  const lists = queries.getQueriesData<InfiniteData<ListPage>>({ queryKey: ['tickets'] })
  const rows = lists.flatMap(([, data]) => data?.pages.flatMap(page => page.data) ?? [])
  const listed = new Map(rows.map(row => [row.number, row.version]))
  return numbers.map(
    number => queries.getQueryData<Ticket>(['ticket', number])?.version ?? listed.get(number) ?? null,
  )
}

function patchEverywhere(
  queries: QueryClient,
  numbers: ReadonlySet<number>,
  agentId: number,
  change: <T extends TicketRow>(row: T) => T,
): void {
  patchRows(queries, numbers, agentId, change)
  for (const number of numbers) {
    queries.setQueryData<Ticket>(['ticket', number], ticket => ticket && change(ticket))
  }
}
