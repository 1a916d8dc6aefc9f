import type { Tx } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { standingTeam, teamEvent } from './assign-team.ts'
import { standingAssignee } from './assign-ticket.ts'
import { moveDrafts } from './drafts.queries.ts'
import { leaveTwins } from './leave-twins.ts'
import { ticketMerged } from './lock-ticket.ts'
import { readSight, showSurvivor } from './merge-out-of-sight.ts'
import {
  copyTags,
  insertMerge,
  lockPlaceTickets,
  type PlaceTicket,
  type SurvivorFields,
  takeOver,
  writePeople,
} from './merge-tickets.queries.ts'
import { stopOvertaken } from './overtaken.ts'
import { copyFollowers } from './put-away.queries.ts'
import { selectLastMessageId } from './re-place.queries.ts'
import { refreshTickets } from './refresh-tickets.ts'
import { type TicketEvent, writeTicketEvents } from './ticket-events.ts'
import { writeState } from './write-states.ts'

/** Which ticket goes into which. `agentId` null: a mail that belongs to both caused it. */
export type MergeWish = {
  survivorId: number
  mergedId: number
  agentId: number | null
  /** The survivor stays in its own state and place, also where the other's is more urgent. */
  keepsState?: boolean
}

/**
 * Merges one ticket into another: messages, notes, drafts and tags go over, replies to old mail follow since the
 * ancestor index names messages, and tokens and the old number lead to the survivor. One that was put away or in the
 * Trash comes back where the other was at hand (merge-out-of-sight.ts). Everything is kept so that
 * undoMerge can take it back; only its twins the merged ticket leaves for good, while the survivor keeps its own
 * (docs/decisions/0012), and drafts stay with the survivor. Events: `merged` and `merged_away` (`data`: number of the
 * other, mergeId).
 *
 * @returns the merge's id
 * @throws NotFound; AppError `same-ticket`, `ticket-merged`, `other-mailbox` (a ticket's mailbox is the
 *   only key permissions look at: move one of them first)
 */
export async function mergeTickets(tx: Tx, wish: MergeWish): Promise<{ mergeId: number }> {
  const { survivor, merged } = await lockPair(tx, wish)
  await leaveTwins(tx, merged.id)
  const before = fieldsOf(survivor)
  const standing = (assigneeId: number | null) => standingAssignee(tx, assigneeId, survivor.mailboxId)
  const own = { ...survivor, assigneeId: await standing(survivor.assigneeId) }
  const after = survivorAfter(own, {
    ...merged,
    assigneeId: await standing(merged.assigneeId),
    state: wish.keepsState === true ? before.state : merged.state,
    teamId: before.teamId ?? (await standingTeam(tx, merged.teamId, merged.mailboxId)),
  })
  const afterMessageId = await selectLastMessageId(tx, [survivor.id, merged.id])
  const addedTagIds = await copyTags(tx, merged.id, survivor.id)
  const { agentId } = wish
  const was = await readSight(tx, survivor.id)
  const changes = { before, after, addedTagIds, afterMessageId }
  const mergeId = await insertMerge(tx, { survivorId: survivor.id, mergedId: merged.id, agentId, changes })
  await takeOver(tx, merged.id, survivor.id)
  await moveDrafts(tx, merged.id, survivor.id)
  await copyFollowers(tx, merged.id, survivor.id)
  await writePeople(tx, survivor.id, after)
  const twins = after.state === before.state ? [] : await writeState(tx, survivor.id, after.state)
  const shown = wish.keepsState === true ? [] : await showSurvivor(tx, { ...wish, mergeId, was })
  await refreshTickets(tx, [survivor.id, merged.id])
  const overtaken = await stopOvertaken(tx, [survivor.id], 'newer')
  const data = (other: PlaceTicket) => ({ number: other.number, mergeId })
  await writeTicketEvents(tx, [
    { ticketId: survivor.id, kind: 'merged', agentId, data: data(merged) },
    { ticketId: merged.id, kind: 'merged_away', agentId, data: data(survivor) },
    ...followingEvents(survivor.id, agentId, before, after),
    ...shown,
    ...twins,
    ...overtaken,
  ])
  return { mergeId }
}

/**
 * What the survivor becomes: the more urgent state, so that no waiting customer is closed away; its own
 * assignee, team and customer, or the other's where it has none.
 */
export function survivorAfter(survivor: SurvivorFields, merged: SurvivorFields): SurvivorFields {
  const isMoreUrgent = URGENCY[merged.state] < URGENCY[survivor.state]
  return {
    state: isMoreUrgent ? merged.state : survivor.state,
    assigneeId: survivor.assigneeId ?? merged.assigneeId,
    teamId: survivor.teamId ?? merged.teamId,
    customerId: survivor.customerId ?? merged.customerId,
  }
}

const URGENCY: Readonly<Record<TicketState, number>> = { open: 0, waiting: 1, closed: 2, spam: 3 }

/** The history of what changed with a merge or its undoing. */
export function followingEvents(
  ticketId: number,
  agentId: number | null,
  before: SurvivorFields,
  after: SurvivorFields,
): TicketEvent[] {
  const events: TicketEvent[] = []
  if (before.state !== after.state) {
    const data = { from: before.state, to: after.state }
    events.push({ ticketId, kind: 'state_changed', agentId, data })
  }
  if (before.assigneeId !== after.assigneeId) {
    const data = { from: before.assigneeId, to: after.assigneeId }
    events.push({ ticketId, kind: 'assigned', agentId, data })
  }
  if (before.teamId !== after.teamId) {
    events.push(teamEvent(ticketId, agentId, before.teamId, after.teamId))
  }
  return events
}

async function lockPair(tx: Tx, wish: MergeWish): Promise<{ survivor: PlaceTicket; merged: PlaceTicket }> {
  const { survivorId, mergedId } = wish
  if (survivorId === mergedId) throw new AppError('same-ticket', 'a ticket cannot be merged into itself')
  const tickets = await lockPlaceTickets(tx, [survivorId, mergedId])
  const survivor = getStanding(tickets, survivorId)
  const merged = getStanding(tickets, mergedId)
  if (survivor.mailboxId !== merged.mailboxId) throw otherMailbox()
  return { survivor, merged }
}

/** One of the locked tickets, if it has not been merged itself. @throws NotFound; AppError `ticket-merged` */
export function getStanding(tickets: ReadonlyMap<number, PlaceTicket>, ticketId: number): PlaceTicket {
  const ticket = tickets.get(ticketId)
  if (ticket === undefined) throw new NotFound('ticket', { ticketId })
  if (ticket.mergedIntoNumber !== null) throw ticketMerged(ticket.mergedIntoNumber)
  return ticket
}

/** The refusal to put the mail of one mailbox into a ticket of another. */
export function otherMailbox(): AppError {
  return new AppError('other-mailbox', 'the two tickets are in different mailboxes: move one of them first')
}

/** The refusal to take back twice. */
export function alreadyUndone(): AppError {
  return new AppError('already-undone', 'this was taken back before')
}

function fieldsOf({ state, assigneeId, teamId, customerId }: PlaceTicket): SurvivorFields {
  return { state, assigneeId, teamId, customerId }
}
