import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { NotFound } from '../lib/app-error.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import { markPutAside } from '../tickets/undelivered.ts'
import { lockPlace } from './settle-delivery.ts'

/**
 * Takes a reply that did not arrive out of the queue Not delivered without another one, or puts it back.
 * The ticket and what servers said of the reply stay as they are. Doing it twice changes nothing.
 *
 * @throws NotFound, also for a mailbox the caller may not use
 */
export async function putAside(
  { db, bells }: { db: Db; bells: Bells },
  caller: Caller,
  order: { messageId: number; isAside: boolean },
): Promise<void> {
  const { messageId, isAside } = order
  await inTransaction(db, async tx => {
    const place = await lockPlace(tx, messageId)
    if (!place || !can(caller, { wish: 'use-mailbox', mailboxId: place.mailboxId })) {
      throw new NotFound('message', { messageId })
    }
    const { agentId } = caller
    if (!(await markPutAside(tx, { messageId, agentId, isAside }))) return
    await writeTicketEvents(tx, [
      { ticketId: place.ticketId, kind: 'reply_put_aside', agentId, messageId, data: { isAside } },
    ])
  })
  bells.ring('live')
}
