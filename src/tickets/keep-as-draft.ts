import type { Tx } from '../db/database.ts'
import { type DraftPlace, putBackReply } from './drafts.queries.ts'
import { wordsToKeep } from './message-words.ts'
import { selectHolder } from './overtaken.queries.ts'

/** Makes a reply that will not be sent a draft of an agent, with its recipients and files. */
export async function keepAsDraft(
  tx: Tx,
  reply: DraftPlace & { messageId: number; seenEventId?: number | null },
): Promise<void> {
  await putBackReply(tx, {
    ...reply,
    ...(await wordsToKeep(tx, reply.messageId)),
    seenEventId: reply.seenEventId ?? null,
  })
}

/** Whose draft a reply becomes that somebody else stopped: null is nobody's. */
export async function findHolder(tx: Tx, messageId: number): Promise<number | null> {
  return await selectHolder(tx, messageId)
}
