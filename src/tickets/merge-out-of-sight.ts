import type { Tx } from '../db/database.ts'
import {
  type HiddenSurvivor,
  isUsedSinceMerge,
  type OutOfSight,
  type SightChange,
  selectHiddenSurvivor,
  selectOutOfSight,
  writeOutOfSight,
  writeRestored,
  writeSightOfMerge,
  writeSnooze,
} from './put-away.queries.ts'
import type { TicketEvent } from './ticket-events.ts'

/** Where a ticket is, of which a merge may change that. */
export async function readSight(tx: Tx, ticketId: number): Promise<OutOfSight> {
  return (await selectOutOfSight(tx, ticketId)) ?? { snoozedUntil: null, deletedAt: null }
}

/**
 * Brings the survivor of a merge, with its twins, to where somebody sees what comes into it: out of the Trash, where that would
 * end with it, and out of a snooze, or to an earlier end of one, where the other ticket would have been looked at before. What
 * lies in the Trash itself brings nothing back.
 *
 * @param merge both are locked, the survivor in its new state; `was`: where it was before; `agentId` null: a mail caused it
 * @returns the events `restored`, `woken` (`data`: by, until) and `snoozed` (`data`: until) for the caller to write; what
 *   changed is kept with the merge
 */
export async function showSurvivor(tx: Tx, merge: SightOfMerge): Promise<TicketEvent[]> {
  const hidden = await selectHiddenSurvivor(tx, merge.survivorId, merge.mergedId)
  const events =
    hidden === undefined
      ? []
      : [...(await leaveTrash(tx, merge, hidden)), ...(await changeSnooze(tx, merge, hidden))]
  await keepSight(tx, merge)
  return events
}

type SightOfMerge = {
  survivorId: number
  mergedId: number
  agentId: number | null
  mergeId: number
  was: OutOfSight
}

async function leaveTrash(
  tx: Tx,
  { survivorId, agentId }: SightOfMerge,
  { leavesTrash, leadId }: HiddenSurvivor,
): Promise<TicketEvent[]> {
  if (!leavesTrash) return []
  // A twin's history names nobody.
  const byOf = (ticketId: number) => (ticketId === survivorId ? agentId : null)
  const ids = await writeRestored(tx, leadId)
  return ids.map(ticketId => ({ ticketId, kind: 'restored', agentId: byOf(ticketId) }))
}

async function changeSnooze(
  tx: Tx,
  { survivorId: ticketId, agentId }: SightOfMerge,
  { snooze, leadId, earlierEnd }: HiddenSurvivor,
): Promise<TicketEvent[]> {
  if (snooze === 'stays') return []
  await writeSnooze(tx, leadId, snooze === 'ends' ? null : earlierEnd)
  if (snooze === 'moved') {
    return [{ ticketId, agentId, kind: 'snoozed', data: { until: earlierEnd?.toISOString() ?? null } }]
  }
  const by = agentId === null ? 'customer' : 'agent'
  return [{ ticketId, agentId, kind: 'woken', data: { by, until: null } }]
}

async function keepSight(tx: Tx, { survivorId, mergeId, was }: SightOfMerge): Promise<void> {
  const became = await readSight(tx, survivorId)
  if (was.snoozedUntil === became.snoozedUntil && was.deletedAt === became.deletedAt) return
  await writeSightOfMerge(tx, mergeId, { was, became })
}

/**
 * Puts the survivor of a merge that is taken back where it was before, unless somebody changed that or anything came in since.
 *
 * @returns the events `deleted` and `snoozed` (`data`: until) for the caller to write
 */
export async function hideSurvivor(
  tx: Tx,
  survivor: { ticketId: number; agentId: number },
  { mergeId, sight }: { mergeId: number; sight: SightChange },
): Promise<TicketEvent[]> {
  if (await isUsedSinceMerge(tx, survivor.ticketId, mergeId)) return []
  const now = await writeOutOfSight(tx, survivor.ticketId, sight)
  if (now === undefined) return []
  const { was, became } = sight
  return [
    ...(now.isDeleted && was.deletedAt !== became.deletedAt
      ? [{ ...survivor, kind: 'deleted' as const }]
      : []),
    ...(now.isSnoozed && was.snoozedUntil !== became.snoozedUntil
      ? [{ ...survivor, kind: 'snoozed' as const, data: { until: now.snoozedUntil?.toISOString() ?? null } }]
      : []),
  ]
}
