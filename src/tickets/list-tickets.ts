import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import type { ListOrder, QueueName } from '../shared/vocabulary.ts'
import { type ListFilter, narrowList } from './narrow-list.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import { ruleOf, sortParts } from './queues.ts'
import { asSeenBy } from './seen-twins.ts'
import { type PageRow, selectListPart, type TicketListRow } from './ticket-list.queries.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** One page, and where the next one starts; null on the last. */
export type TicketPage = { rows: TicketListRow[]; nextCursor: string | null }

/** What somebody asks for. `order` is of no account where a queue has a way of its own. */
export type ListWish = {
  queue: QueueName
  mailboxId?: number | undefined
  order?: ListOrder | undefined
  /** Narrows the queue. */
  filter?: ListFilter | undefined
  /** Of the page before. */
  cursor?: string | undefined
  /** Rows at most. */
  limit: number
}

/**
 * One page of a queue over all mailboxes the caller may use; twins stand once, as their lead where that is listed.
 * Three statements at most, however long the page is, and a few more to narrow it. A ticket that moves to another place
 * of the list while somebody pages makes later pages neither repeat nor miss any other.
 *
 * @throws AppError `bad-cursor`; NotFound for a mailbox that is not theirs
 */
export async function listTickets(db: Db, caller: Caller, wish: ListWish): Promise<TicketPage> {
  const rule = ruleOf(wish.queue)
  const [own] = rule.sorts
  const sort = rule.sorts.find(one => one === wish.order) ?? own
  const parts = sort === undefined ? [] : sortParts[sort]
  const after = wish.cursor === undefined ? null : readCursor(wish.cursor, parts.length)
  const listed = await visibleMailboxIds(db, caller, wish.mailboxId)
  const narrowed = await narrowList(db, caller, { rule, listed, filter: wish.filter })
  const rows: (PageRow & { part: number })[] = []
  const enough = wish.limit + 1 // one more tells whether there is a next page
  for (const [at, part] of parts.entries()) {
    if (at < (after?.part ?? 0) || rows.length >= enough) continue
    const found = await selectListPart(db, {
      ...narrowed,
      part,
      agentId: caller.agentId,
      after: after?.part === at ? after : null,
      rowLimit: enough - rows.length,
    })
    // What began to wait between the two statements is there already.
    const known = new Set(rows.map(row => row.id))
    rows.push(...found.filter(row => !known.has(row.id)).map(row => ({ ...row, part: at })))
  }
  const page = rows.slice(0, wish.limit)
  const last = page.at(-1)
  const hasMore = rows.length > wish.limit && last !== undefined
  return { rows: page.map(row => asSeenBy(caller, row)), nextCursor: hasMore ? writeCursor(last) : null }
}
