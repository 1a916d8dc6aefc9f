import type { Db } from '../db/database.ts'
import { inTransaction } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { writeTicketEvents } from './ticket-events.ts'
import { dismissHintRow, selectMessageOfHint } from './ticket-hints.queries.ts'

/** The message a suggestion is about: whoever may see its ticket may put the suggestion away. @throws NotFound */
export async function getMessageOfHint(db: Db, hintId: number): Promise<number> {
  const messageId = await selectMessageOfHint(db, hintId)
  if (messageId === undefined) throw new NotFound('hint', { hintId })
  return messageId
}

/** Puts a suggestion away for everybody, with the event `hint_dismissed`. Twice is as good as once. */
export async function dismissHint(
  db: Db,
  wish: { hintId: number; ticketId: number; agentId: number },
): Promise<void> {
  await inTransaction(db, async tx => {
    if (!(await dismissHintRow(tx, wish.hintId))) return
    const { ticketId, agentId } = wish
    await writeTicketEvents(tx, [{ ticketId, kind: 'hint_dismissed', agentId }])
  })
}
