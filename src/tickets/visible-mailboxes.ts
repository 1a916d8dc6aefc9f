import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { selectMailboxIds } from './ticket-list.queries.ts'

/** Connected mailboxes in order of id: those a list is about, and all the others. */
export type ListedMailboxes = { mailboxIds: number[]; otherIds: number[] }

/**
 * The connected mailboxes somebody may use, or the one of them they ask for.
 *
 * @param mailboxId only this one
 * @throws NotFound when it does not exist or is not theirs: the two are not told apart
 */
export async function visibleMailboxIds(
  db: Db,
  caller: Caller,
  mailboxId: number | undefined,
): Promise<ListedMailboxes> {
  const connected = await selectMailboxIds(db)
  const isListed = (id: number) =>
    (mailboxId === undefined || id === mailboxId) && can(caller, { wish: 'use-mailbox', mailboxId: id })
  const mailboxIds = connected.filter(isListed)
  if (mailboxId !== undefined && mailboxIds.length === 0) throw new NotFound('mailbox', { mailboxId })
  return { mailboxIds, otherIds: connected.filter(id => !isListed(id)) }
}
