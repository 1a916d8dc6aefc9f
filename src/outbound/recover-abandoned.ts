import { type Db, inTransaction } from '../db/database.ts'
import type { Log } from '../lib/log.ts'
import { passed } from '../lib/transitions.ts'
import { writeTicketEvents } from '../tickets/ticket-events.ts'
import {
  isStillAbandoned,
  listAbandoned,
  lockOutboxRow,
  lockTicketOfMessage,
  type Recoverer,
  writeState,
} from './sending.queries.ts'

/**
 * Takes mail back from holders that are dead (heartbeat too old) or whose claim ran out. One that was
 * connecting is due again at once, as no server can have accepted it; one that was handing over becomes
 * uncertain, and no timer alone will send it again.
 *
 * @returns how many were taken back
 */
export async function recoverAbandoned(db: Db, log: Log, who: Recoverer): Promise<number> {
  let recovered = 0
  for (const messageId of await listAbandoned(db, who)) {
    const state = await recover(db, messageId, who)
    if (state === undefined) continue
    recovered++
    log.warn({ messageId, state }, 'mail taken back from a holder that is gone')
  }
  return recovered
}

async function recover(
  db: Db,
  messageId: number,
  who: Recoverer,
): Promise<'deferred' | 'uncertain' | undefined> {
  const recovered = await inTransaction(db, async tx => {
    // A frozen holder may hold these locks: others must not wait for it, and its claim ends anyway.
    const place = await lockTicketOfMessage(tx, messageId, 'skip')
    const row = await lockOutboxRow(tx, messageId, 'skip')
    if (!place || !row || !(await isStillAbandoned(tx, messageId, who))) return undefined
    const state = row.step === 'handing_over' ? 'uncertain' : 'deferred'
    await writeState(tx, messageId, { state, delayMs: 0, reply: null, sentCopyDelayMs: 0 })
    if (state === 'uncertain') {
      await writeTicketEvents(tx, [{ ticketId: place.ticketId, kind: 'reply_uncertain', messageId }])
    }
    passed('reply-recovering')
    return state
  })
  if (recovered !== undefined) passed('reply-recovered')
  return recovered
}
