import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { WokenBy } from '../shared/vocabulary.ts'
import { releaseFromAbsent } from './absent-assignees.ts'
import { lockWithTwins } from './lock-twins.ts'
import { selectDueSnoozes, selectStillDue, updateAwake, type WokenRow } from './put-away.queries.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'
import { writeStates } from './write-states.ts'

/**
 * Brings tickets back that were put away or are in the Trash, with their twins, since somebody must look at
 * them; spam stays spam. What an agent has who does not work there any more is nobody's. The caller holds their locks.
 *
 * @returns events `woken` (`data`: by, until, null where only a mail would have ended it), `restored` and `assigned`, for
 *   the caller to write
 */
export async function wakeTickets(tx: Tx, ticketIds: readonly number[], by: WokenBy): Promise<TicketEvent[]> {
  if (ticketIds.length === 0) return []
  const woken = (await updateAwake(tx, ticketIds)).flatMap(row => eventsOf(row, by))
  return [...woken, ...(await releaseFromAbsent(tx, ticketIds))]
}

function eventsOf({ id, wasSnoozed, until, wasDeleted }: WokenRow, by: WokenBy): TicketEvent[] {
  const events: TicketEvent[] = []
  const data = { by, until: until?.toISOString() ?? null }
  if (wasDeleted) events.push({ ticketId: id, kind: 'restored' })
  if (wasSnoozed) events.push({ ticketId: id, kind: 'woken', data })
  return events
}

// 100: as many tickets are locked at once, and no transaction is long.
const batchTickets = 100

/**
 * Wakes every ticket whose time has come, and opens it: somebody wanted to look at it now. Safe on several
 * nodes at once, and after a pause of any length.
 *
 * @returns how many woke
 */
export async function wakeDueTickets(db: Db): Promise<number> {
  for (let woken = 0; ; ) {
    const due = await selectDueSnoozes(db, batchTickets)
    woken += due.length === 0 ? 0 : await inTransaction(db, tx => wakeBatch(tx, due))
    if (due.length < batchTickets) return woken
  }
}

async function wakeBatch(tx: Tx, ids: readonly number[]): Promise<number> {
  await lockWithTwins(tx, { ids })
  const due = await selectStillDue(tx, ids)
  const woken = await wakeTickets(tx, due, 'time')
  const opened = await writeStates(tx, due, { from: ['waiting', 'closed'], to: 'open', waiting: 'recount' })
  await writeTicketEvents(tx, [...woken, ...opened])
  return due.length
}
