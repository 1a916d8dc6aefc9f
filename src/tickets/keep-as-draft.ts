import type { Tx } from '../db/database.ts'
import { type DraftPlace, putBackReply } from './drafts.queries.ts'

/** Makes a reply that will not be sent a draft of an agent, with its recipients and files. */
export async function keepAsDraft(tx: Tx, reply: DraftPlace & { messageId: number }): Promise<void> {
  await putBackReply(tx, { ...reply, seenEventId: null })
}
