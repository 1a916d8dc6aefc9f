import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { selectMailboxIds } from './ticket-list.queries.ts'

/**
 * The connected mailboxes somebody may use, in order of id, or the one of them they ask for.
 *
 * @param mailboxId only this one
 * @throws NotFound when it does not exist or is not theirs: the two are not told apart
 */
export async function visibleMailboxIds(
  db: Db,
  caller: Caller,
  mailboxId: number | undefined,
): Promise<number[]> {
  if (mailboxId === undefined) {
    return await selectMailboxIds(db, caller.mailboxIds === 'all' ? null : caller.mailboxIds)
  }
  const ids = can(caller, { wish: 'use-mailbox', mailboxId }) ? await selectMailboxIds(db, [mailboxId]) : []
  if (ids.length === 0) throw new NotFound('mailbox', { mailboxId })
  return ids
}
