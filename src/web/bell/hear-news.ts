import type { QueryClient } from '@tanstack/react-query'
import type { LiveHint } from '../../shared/live.ts'
import type { TicketEventKind } from '../../shared/vocabulary.ts'
import { createThrottle } from '../throttle.ts'

// However much comes in, the list is asked for no more often.
const GATHER_MS = 1_500

// Where one of these is the last thing of a ticket, nothing has happened that anybody is told of.
const NO_NEWS: readonly TicketEventKind[] = [
  'reply_queued',
  'reply_accepted',
  'reply_deferred',
  'reply_delayed',
  'reply_delivered',
  'tagged',
  'untagged',
  'priority_changed',
  'acknowledged',
  'hint_dismissed',
]

/** Asks for the notifications again when the live feed tells of what may be one: the first at once, a burst in slices. */
export function createNewsHearer(queries: QueryClient): {
  hear: (hints: readonly Pick<LiveHint, 'kind'>[]) => void
  stop: () => void
} {
  const asking = createThrottle(
    GATHER_MS,
    () => void queries.invalidateQueries({ queryKey: ['notifications'] }),
  )
  return {
    hear: hints => {
      if (!hints.every(({ kind }) => (NO_NEWS as readonly string[]).includes(kind))) asking.ask()
    },
    stop: asking.stop,
  }
}
