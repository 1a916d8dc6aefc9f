import { getStandingCustomer } from '../customers/named-customer.ts'
import type { Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { standingAssignee } from './assign-ticket.ts'
import { hideSurvivor } from './merge-out-of-sight.ts'
import {
  giveBackNotes,
  lockMerge,
  lockPlaceTickets,
  type MergeRow,
  type PlaceTicket,
  removeTags,
  type SurvivorFields,
  selectMergedInto,
  selectMergeItems,
  writePeople,
  writeUnmerged,
} from './merge-tickets.queries.ts'
import { alreadyUndone, followingEvents } from './merge-tickets.ts'
import { hasCustomerMail, selectFollowers, selectStillIn, writeTicketOf } from './re-place.queries.ts'
import { refreshTickets } from './refresh-tickets.ts'
import { reopenTickets } from './reopen-tickets.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'
import { writeState } from './write-states.ts'
import { isWrittenToSince } from './written-since.ts'

/**
 * Takes a merge back: what it moved returns, and with it every later message whose evidence leads to one of those;
 * later mail to the survivor stays there. State, assignee, customer and tags of the survivor are as before where nobody
 * changed them since, and so is how it was put away or in the Trash, where nothing came in since; open stays open where a
 * customer wrote to it meanwhile, or another ticket or message came into it. What an agent moved elsewhere in the meantime stays where it was put. Event `merge_undone` (`data`: number
 * of the other, mergeId) in both.
 *
 * @returns the numbers of the ticket that is back and of the one that had its messages
 * @throws NotFound; AppError `already-undone`
 */
export async function undoMerge(
  tx: Tx,
  wish: { mergeId: number; agentId: number },
): Promise<{ number: number; survivorNumber: number }> {
  const { merge, merged, holder, survivor } = await lockUndoing(tx, wish.mergeId)
  const later = await returnMessages(tx, merge, holder.id)
  await giveBackNotes(tx, { mergeId: merge.id, from: holder.id, to: merged.id })
  await writeUnmerged(tx, merge)
  const { before, after, twins } = await restoreSurvivor(tx, merge, survivor, wish.agentId)
  await refreshTickets(tx, [...new Set([merged.id, holder.id, survivor.id])])
  const reopened = (await hasCustomerMail(tx, later)) ? await reopenTickets(tx, [merged.id]) : []
  const { agentId } = wish
  const data = (other: PlaceTicket) => ({ number: other.number, mergeId: merge.id })
  await writeTicketEvents(tx, [
    { ticketId: holder.id, kind: 'merge_undone', agentId, data: data(merged) },
    { ticketId: merged.id, kind: 'merge_undone', agentId, data: data(holder) },
    ...followingEvents(survivor.id, agentId, before, after),
    ...twins,
    ...reopened,
  ])
  return { number: merged.number, survivorNumber: holder.number }
}

type Undoing = { merge: MergeRow; merged: PlaceTicket; holder: PlaceTicket; survivor: PlaceTicket }

/** The survivor may itself have been merged since: `holder` has the messages today. */
async function lockUndoing(tx: Tx, mergeId: number): Promise<Undoing> {
  const merge = await lockMerge(tx, mergeId)
  if (merge === undefined) throw new NotFound('merge', { mergeId })
  if (merge.isUndone) throw alreadyUndone()
  const { mergedId, survivorId } = merge
  for (let holderId = merge.mergedIntoId; ; ) {
    const tickets = await lockPlaceTickets(tx, [mergedId, survivorId, holderId ?? 0])
    const now = await selectMergedInto(tx, mergedId)
    const [merged, holder, survivor] = [tickets.get(mergedId), tickets.get(now ?? 0), tickets.get(survivorId)]
    if (merged && holder && survivor) return { merge, merged, holder, survivor }
    if (now === null || now === holderId) throw new NotFound('ticket', { ticketId: mergedId })
    holderId = now
  }
}

/** @returns the messages among them that came after the merge */
async function returnMessages(tx: Tx, merge: MergeRow, holderId: number): Promise<number[]> {
  const { afterMessageId } = merge.changes
  const items = await selectMergeItems(tx, merge.id)
  const by = { ticketId: holderId, messageIds: items, afterMessageId }
  const later = await selectFollowers(tx, by)
  const still = await selectStillIn(tx, items, holderId)
  await writeTicketOf(tx, [...still, ...later], merge.mergedId)
  return later
}

/** @returns its fields before and after, for the history, and the events of its twins and of where it goes back to */
async function restoreSurvivor(
  tx: Tx,
  merge: MergeRow,
  survivor: PlaceTicket,
  agentId: number,
): Promise<{ before: SurvivorFields; after: SurvivorFields; twins: TicketEvent[] }> {
  const { addedTagIds, afterMessageId, sight } = merge.changes
  const by = { ticketId: survivor.id, agentId }
  const before = await withStandingCustomer(tx, merge.changes.before)
  const after = await withStandingCustomer(tx, merge.changes.after)
  const isWrittenTo = await isWrittenToSince(tx, survivor.id, { mergeId: merge.id, afterMessageId })
  const isAwaited = survivor.state === 'open' && isWrittenTo
  // A merge of before there were teams says nothing of them.
  const back = <K extends keyof SurvivorFields>(field: K): SurvivorFields[K] =>
    field in before && survivor[field] === after[field] ? before[field] : survivor[field]
  const restored = {
    state: isAwaited ? survivor.state : back('state'),
    assigneeId: await standingAssignee(tx, back('assigneeId'), survivor.mailboxId),
    teamId: back('teamId'),
    customerId: back('customerId'),
  }
  await removeTags(tx, survivor.id, addedTagIds)
  await writePeople(tx, survivor.id, restored)
  const twins = restored.state === survivor.state ? [] : await writeState(tx, survivor.id, restored.state)
  const hidden = sight === undefined ? [] : await hideSurvivor(tx, by, { mergeId: merge.id, sight })
  return { before: survivor, after: restored, twins: [...twins, ...hidden] }
}

/** The customer may have been merged with another since. */
async function withStandingCustomer(tx: Tx, fields: SurvivorFields): Promise<SurvivorFields> {
  const { customerId } = fields
  return customerId === null ? fields : { ...fields, customerId: await getStandingCustomer(tx, customerId) }
}
