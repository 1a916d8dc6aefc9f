import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { selectMailboxesOf, selectTicketsOfMerge, selectTicketsOfMove } from './ticket-places.queries.ts'

/**
 * Checks that somebody may take a merge or a move back: they need the mailboxes of both sides.
 *
 * @throws NotFound
 */
export async function checkBothSides(
  db: Db,
  caller: Caller,
  act: { mergeId: number } | { moveId: number },
): Promise<void> {
  const ticketIds =
    'mergeId' in act ? await selectTicketsOfMerge(db, act.mergeId) : await selectTicketsOfMove(db, act.moveId)
  const mailboxIds = await selectMailboxesOf(db, ticketIds)
  const mayAll = mailboxIds.every(mailboxId => can(caller, { wish: 'use-mailbox', mailboxId }))
  if (mailboxIds.length === 0 || !mayAll) throw new NotFound('mergeId' in act ? 'merge' : 'move')
}
