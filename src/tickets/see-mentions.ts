import type { Db } from '../db/database.ts'
import { markMentionsSeen } from './mentions.queries.ts'

/**
 * Takes what mentions an agent in a ticket as seen, as far as the newest note they were shown. That is their own
 * matter and no history.
 */
export async function seeMentions(
  db: Db,
  place: { ticketId: number; agentId: number; upToNoteId: number },
): Promise<void> {
  await markMentionsSeen(db, place)
}
