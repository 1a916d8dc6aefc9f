import type { Db } from '../db/database.ts'
import { writeRead } from './unread.queries.ts'

/**
 * Takes the messages of a ticket as read by an agent, as far as the newest they were shown. That is their own matter and no
 * history.
 */
export async function markRead(
  db: Db,
  read: { ticketId: number; agentId: number; upToMessageId: number },
): Promise<void> {
  await writeRead(db, read)
}
