import type { Tx } from '../db/database.ts'
import { threadRef } from '../mail/message-id.ts'
import { type ThreadRefRow, upsertThreadRefs } from './message-rows.queries.ts'

/** An id a message is (`owned`) or mentions, in canonical form. */
export type MessageRef = { mailboxId: number; messageId: number; id: string; owned: boolean }

/**
 * Enters ids into the ancestor index of their mailboxes, with one statement in key order.
 *
 * The index resolves to a message, so that a reply goes to the ticket that message is in today. A
 * message that is the id takes the entry from one that only mentions it; among equals the first stays.
 *
 * @see docs/decisions/0009
 */
export async function writeThreadRefs(tx: Tx, refs: readonly MessageRef[]): Promise<void> {
  const byKey = new Map<string, ThreadRefRow>()
  for (const { mailboxId, messageId, id, owned } of refs) {
    const ref = threadRef(id)
    const known = byKey.get(`${mailboxId} ${ref}`)
    if (known && (known.owned || !owned)) continue
    byKey.set(`${mailboxId} ${ref}`, { mailbox_id: mailboxId, ref, message_id: messageId, owned })
  }
  if (byKey.size > 0) await upsertThreadRefs(tx, [...byKey.values()])
}
