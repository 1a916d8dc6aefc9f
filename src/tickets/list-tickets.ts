import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { Queue } from '../shared/vocabulary.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { queueRules } from './queues.ts'
import { asSeenBy } from './seen-twins.ts'
import { selectTicketPage, type TicketListRow } from './ticket-list.queries.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** One page, and where the next one starts; null on the last. */
export type TicketPage = { rows: TicketListRow[]; nextCursor: string | null }

/**
 * One page of a queue over all mailboxes the caller may use, newest message first; twins stand once, as
 * their lead where that is listed. Two statements however long the page is. A ticket that gets a message while somebody pages goes to the top, so
 * that later pages neither repeat nor miss any other.
 *
 * @param wish `cursor` of the page before; `limit` rows at most
 * @throws AppError `bad-cursor`; NotFound for a mailbox that is not theirs
 */
export async function listTickets(
  db: Db,
  caller: Caller,
  wish: { queue: Queue; mailboxId?: number | undefined; cursor?: string | undefined; limit: number },
): Promise<TicketPage> {
  const after = wish.cursor === undefined ? null : readCursor(wish.cursor)
  const { mailboxIds, otherIds } = await visibleMailboxIds(db, caller, wish.mailboxId)
  const rows = await selectTicketPage(db, {
    rule: queueRules[wish.queue],
    agentId: caller.agentId,
    mailboxIds,
    otherIds,
    after,
    rowLimit: wish.limit + 1, // one more tells whether there is a next page
  })
  const page = rows.slice(0, wish.limit).map(row => asSeenBy(caller, row))
  const last = page.at(-1)
  const hasMore = rows.length > wish.limit && last !== undefined
  return { rows: page, nextCursor: hasMore ? writeCursor(last) : null }
}
