import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { search } from '../shared/search.ts'
import { findTicketByNumber } from '../tickets/find-by-number.ts'
import { searchTickets } from '../tickets/search-tickets.ts'
import { type ApiServer, handle } from './handle.ts'

/** The search over messages and notes, and the ticket of a typed number beside its hits. */
export function registerSearch(server: ApiServer, { db, clock }: { db: Db; clock: Clock }): void {
  handle(server, search, async ({ caller, query }) => {
    const wish = { text: query.q, cursor: query.cursor, limit: query.limit ?? 50 }
    const page = await searchTickets({ db, clock }, caller, wish)
    return {
      data: page.hits.map(({ receivedAt, ...hit }) => ({ ...hit, receivedAt: receivedAt.toISOString() })),
      nextCursor: page.nextCursor,
      isPartial: page.isPartial,
      ticket: query.cursor === undefined ? await findTicketByNumber(db, caller, query.q) : null,
    }
  })
}
