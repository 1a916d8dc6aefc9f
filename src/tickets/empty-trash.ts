import type { Caller } from '../agents/can.ts'
import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import type { Log } from '../lib/log.ts'
import type { ActionResult } from './act-on-tickets.ts'
import { selectNamed } from './actions.queries.ts'
import { eraseTicket } from './erase-ticket.ts'
import {
  endErasure,
  insertErasure,
  selectOpenErasures,
  selectThrown,
  selectTrashRule,
} from './trash.queries.ts'

type Parts = { db: Db; bells: Pick<Bells, 'ring'>; log: Log }

const batchTickets = 20

/**
 * Erases what was asked for by people who emptied the Trash, then what has lain there for the days that admins chose, the
 * first thrown away first. Safe on several nodes at once and after any stop: each ticket goes whole, by itself, if it is
 * still there; one with a reply under way stays until that is settled.
 *
 * @param isLate the caller's time is over: what is left waits for the next call
 * @returns false where time ran out; what somebody holds is left to the next hour's job
 */
export async function emptyTrash(parts: Parts, isLate: () => boolean): Promise<boolean> {
  const { db } = parts
  for (const { id, thrownUntil } of await selectOpenErasures(db)) {
    const end = await eraseThrown(parts, { thrownUntil, begin: async () => id }, isLate)
    if (end === 'late') return false
    if (end === 'done') await endErasure(db, id)
  }
  const { days, keptUntil, now } = await selectTrashRule(db)
  if (days === null || now < keptUntil) return true
  const thrownUntil = new Date(now.getTime() - days * 86_400_000)
  const begin = () => insertErasure(db, { kind: 'retention', agentId: null })
  return (await eraseThrown(parts, { thrownUntil, begin }, isLate)) !== 'late'
}

type Act = { thrownUntil: Date; begin: () => Promise<number> }

/** @returns `late` where time ran out, `stuck` where somebody holds all that is left: the next hour's job looks again */
async function eraseThrown(
  parts: Parts,
  act: Act,
  isLate: () => boolean,
): Promise<'done' | 'late' | 'stuck'> {
  const { thrownUntil } = act
  for (;;) {
    const ids = await selectThrown(parts.db, thrownUntil, batchTickets)
    if (ids.length === 0) return 'done'
    const erased = await eraseBatch(parts, { ids, thrownUntil, erasureId: await act.begin() }, isLate)
    if (isLate()) return 'late'
    if (erased === 0) return 'stuck'
  }
}

/** @returns how many are gone */
async function eraseBatch(
  { db, bells, log }: Parts,
  batch: { ids: readonly number[]; erasureId: number; thrownUntil: Date },
  isLate: () => boolean,
): Promise<number> {
  const { ids, erasureId, thrownUntil } = batch
  let erased = 0
  for (const ticketId of ids) {
    if (isLate()) break
    if ((await eraseTicket(db, { ticketId, erasureId, thrownUntil })) === 'erased') erased++
  }
  if (erased > 0) bells.ring('live')
  log.info({ erasureId, erased }, 'tickets of the Trash erased')
  return erased
}

/**
 * Lets all be erased that was thrown away until an instant: a job begins at once.
 *
 * @param thrownUntil not later than now, so that what is thrown away from now on stays
 */
export async function askToEmptyTrash(
  db: Db,
  caller: Caller,
  thrownUntil: Date,
): Promise<{ erasureId: number }> {
  return await inTransaction(db, async tx => {
    const { now } = await selectTrashRule(tx)
    const until = thrownUntil < now ? thrownUntil : now
    const erasureId = await insertErasure(tx, {
      kind: 'emptied',
      agentId: caller.agentId,
      thrownUntil: until,
    })
    await enqueueJobs(tx, [{ name: 'empty_trash', payload: {}, key: 'empty_trash' }])
    return { erasureId }
  })
}

/**
 * Erases tickets of the Trash at once, each by itself.
 *
 * @param numbers at most 1,000
 * @returns a result for each, in their order; `code` null: it is gone. One that was gone before is `not-found`
 */
export async function eraseTickets(
  { db, bells }: Pick<Parts, 'db' | 'bells'>,
  caller: Caller,
  numbers: readonly number[],
): Promise<ActionResult[]> {
  const named = new Map((await selectNamed(db, numbers)).map(one => [one.number, one]))
  const { now: thrownUntil } = await selectTrashRule(db)
  const erasureId = await insertErasure(db, { kind: 'chosen', agentId: caller.agentId })
  const results: ActionResult[] = []
  for (const number of numbers) {
    const ticketId = named.get(number)?.ticketId
    const erased =
      ticketId === undefined ? 'not-found' : await eraseTicket(db, { ticketId, erasureId, thrownUntil })
    results.push({ number, code: erased === 'erased' ? null : erased })
  }
  if (results.some(({ code }) => code === null)) bells.ring('live')
  return results
}
