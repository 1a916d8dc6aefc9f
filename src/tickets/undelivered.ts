import type { Tx } from '../db/database.ts'
import {
  deleteDoubted,
  deleteUndelivered,
  updateFollowed,
  updateUnfollowed,
  writePutAside,
} from './undelivered.queries.ts'

/**
 * A new reply follows what did not arrive of a ticket, a forward the one it is sent instead of: it leaves the queue Not
 * delivered.
 */
export async function followUndelivered(
  tx: Tx,
  reply: { ticketId: number; messageId: number; insteadOfId: number | undefined },
): Promise<void> {
  await updateFollowed(tx, reply)
}

/** The reply that followed was taken back: what had not arrived waits again. */
export async function unfollowUndelivered(tx: Tx, replyId: number): Promise<void> {
  await updateUnfollowed(tx, replyId)
}

/** A reply that did not arrive is under way again: it leaves the queue Not delivered until it fails anew. */
export async function forgetUndelivered(tx: Tx, messageId: number): Promise<void> {
  await deleteUndelivered(tx, messageId)
}

/** The fate of a reply is known: it leaves the queue Not delivered, unless a server said that it did not arrive. */
export async function forgetDoubt(tx: Tx, messageId: number): Promise<void> {
  await deleteDoubted(tx, messageId)
}

/** Puts a reply that did not arrive aside, or back. @returns whether that changed anything */
export async function markPutAside(
  tx: Tx,
  order: { messageId: number; agentId: number; isAside: boolean },
): Promise<boolean> {
  return await writePutAside(tx, order)
}
