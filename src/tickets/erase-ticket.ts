import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { isLockTimeout, TransactionRestart } from '../db/faults.ts'
import { passed } from '../lib/transitions.ts'
import {
  addToErasure,
  cutReferences,
  deleteErased,
  type ErasureGroup,
  insertErased,
  lockFilingOf,
  lockToErase,
  noteLooseBlobs,
  selectErasable,
  selectErasureGroup,
  selectMessagesIn,
  takeErasingTurn,
  writeErasedMail,
} from './erase-ticket.queries.ts'

/**
 * What became of a ticket that was to be erased. `not-in-trash`: somebody, or its customer, took it out. `reply-under-way`: a
 * reply of it is still to be sent, or to be copied to the Sent folder. `ticket-busy`: somebody holds it, or mail is being
 * filed into its mailbox all the time.
 */
export type Erased = 'erased' | 'not-found' | 'not-in-trash' | 'reply-under-way' | 'ticket-busy'

/** The ticket to erase and the act it is part of; only if it was thrown away until `thrownUntil` and lies there since. */
export type EraseWish = { ticketId: number; erasureId: number; thrownUntil: Date }

/**
 * Erases a ticket of the Trash for good, with its twins and what was merged into it: messages, notes, history, drafts and
 * what they hold. In one transaction, so that a process that dies leaves it whole or none of it. What stays: the customer,
 * its number among those that were, and by what its mails are known again (docs/decisions/0046).
 *
 * No mail is filed into its mailboxes meanwhile: one that was filed before has taken the ticket out of the Trash, one that
 * comes after opens a new one. Afterwards the caller rings `live`.
 */
export async function eraseTicket(db: Db, wish: EraseWish): Promise<Erased> {
  try {
    const end = await inTransaction(db, tx => eraseIn(tx, wish))
    if (end === 'erased') passed('ticket-erased')
    return end
  } catch (error) {
    if (isLockTimeout(error)) return 'ticket-busy'
    throw error
  }
}

async function eraseIn(tx: Tx, { ticketId, erasureId, thrownUntil }: EraseWish): Promise<Erased> {
  await takeErasingTurn(tx)
  const group = await selectErasureGroup(tx, ticketId)
  await lockFilingOf(tx, group.mailboxIds)
  await lockToErase(tx, group.all)
  if (!isSame(group, await selectErasureGroup(tx, ticketId))) {
    throw new TransactionRestart('what belongs to a ticket changed while its lock was awaited')
  }
  const ticket = await selectErasable(tx, ticketId, group.all)
  if (ticket === undefined) return 'not-found'
  if (!ticket.isErasable || ticket.deletedAt === null || ticket.deletedAt > thrownUntil) return 'not-in-trash'
  if (ticket.hasReplyUnderWay) return 'reply-under-way'
  const ticketIds = group.all
  const messageIds = await selectMessagesIn(tx, ticketIds)
  await noteLooseBlobs(tx, { ticketIds, messageIds })
  await insertErased(tx, ticketIds, erasureId)
  await writeErasedMail(tx, messageIds, erasureId)
  await cutReferences(tx, { ticketIds, messageIds })
  await deleteErased(tx, { ticketIds, messageIds })
  await addToErasure(tx, erasureId, messageIds.length)
  passed('ticket-erasing')
  return 'erased'
}

function isSame(one: ErasureGroup, other: ErasureGroup): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
