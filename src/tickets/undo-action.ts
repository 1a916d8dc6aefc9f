import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { inSavepoint } from '../db/in-savepoint.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { type ActionResult, changedKeys } from './act-on-tickets.ts'
import {
  type ActionItem,
  claimUndo,
  deleteActions,
  selectFields,
  selectItems,
  selectWrittenSince,
  type TicketFields,
  writeTimes,
} from './actions.queries.ts'
import { checkBothSides } from './check-both-sides.ts'
import { lockWithTwins } from './lock-twins.ts'
import { isAhead } from './put-away.queries.ts'
import { undoMerge } from './undo-merge.ts'
import { changeTicket, type TicketChange } from './update-ticket.ts'

type Item = ActionItem & { number: number; mailboxId: number }

const BATCH = 25 // as act-on-tickets.ts
/** An action can be taken back for so long. */
const KEPT_DAYS = 1

/**
 * Takes an action back: each ticket gets what it had, to the microsecond, where all of what the action changed
 * is still as it left it. A ticket that somebody changed since stays as it is, with `changed-since`, and so does one that would
 * be closed, put away or in the Trash again with what somebody wrote meanwhile; what else happened to it stays in any case.
 *
 * @returns a result for each ticket the action changed
 * @throws NotFound for an action that is not the caller's or older than a day; AppError `already-undone`
 */
export async function undoAction(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  caller: Caller,
  actionId: number,
): Promise<ActionResult[]> {
  const { db, bells } = from
  const claim = await claimUndo(db, { actionId, agentId: caller.agentId })
  if (claim === 'unknown') throw new NotFound('action', { actionId })
  if (claim === 'undone') throw new AppError('already-undone', 'this was taken back before', { actionId })
  const items = await selectItems(db, actionId)
  const results: ActionResult[] = []
  // The last merge into a ticket is the first to be taken out of it.
  for (const item of items.filter(one => one.mergeId !== null).toReversed()) {
    results.push(await unmerge(db, caller, item))
  }
  const changed = items.filter(one => one.mergeId === null)
  for (let at = 0; at < changed.length; at += BATCH) {
    const batch = changed.slice(at, at + BATCH)
    results.push(...(await inTransaction(db, tx => restoreBatch(tx, caller, { actionId, batch }))))
    bells.ring('live')
  }
  bells.ring('live')
  return results
}

/** Deletes actions that can no longer be taken back. @returns how many */
export async function deleteExpiredActions(db: Db): Promise<number> {
  return await deleteActions(db, KEPT_DAYS)
}

async function unmerge(db: Db, caller: Caller, { number, mergeId }: Item): Promise<ActionResult> {
  try {
    const wish = { mergeId: mergeId ?? 0, agentId: caller.agentId }
    await checkBothSides(db, caller, wish)
    await inTransaction(db, tx => undoMerge(tx, wish))
    return { number, code: null }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { number, code: error.code }
  }
}

async function restoreBatch(
  tx: Tx,
  caller: Caller,
  { actionId, batch }: { actionId: number; batch: readonly Item[] },
): Promise<ActionResult[]> {
  const ids = batch.map(one => one.ticketId)
  await lockWithTwins(tx, { ids })
  const now = await selectFields(tx, ids, caller.agentId)
  const written = await selectWrittenSince(tx, actionId, ids)
  const results: ActionResult[] = []
  for (const item of batch) {
    const fields = now.get(item.ticketId)
    const looked = { ...item, isWrittenTo: written.has(item.ticketId) }
    const refusal = await inSavepoint(tx, () => restore(tx, caller, looked, fields))
    results.push({ number: item.number, code: refusal?.code ?? null })
  }
  return results
}

type LookedItem = Item & {
  /** Somebody wrote to it since the action, and asked for an answer. */
  isWrittenTo: boolean
}

async function restore(
  tx: Tx,
  caller: Caller,
  item: LookedItem,
  now: TicketFields | undefined,
): Promise<void> {
  const { ticketId, was, became } = item
  if (now === undefined || !mayUse(caller, now.mailboxId) || !mayUse(caller, was.mailboxId)) {
    throw new NotFound('ticket', { ticketId })
  }
  const isHiding = item.isWrittenTo && hides(was, now)
  if (isHiding || !isAsLeft(became, now))
    throw new AppError('changed-since', 'somebody changed it since', { ticketId })
  await changeTicket(tx, { ticketId, agentId: caller.agentId }, await changeBack(tx, was, became))
  const times = { closedAt: was.closedAt ?? now.closedAt, deletedAt: was.deletedAt ?? null }
  if ('closedAt' in was || 'deletedAt' in was) {
    await writeTimes(tx, ticketId, 'deletedAt' in was ? times : { ...times, deletedAt: now.deletedAt })
  }
}

function mayUse(caller: Caller, mailboxId: number | undefined): boolean {
  return mailboxId === undefined || can(caller, { wish: 'use-mailbox', mailboxId })
}

/** Whether a ticket that is at hand would not be any more: what somebody wrote since would not be seen. */
function hides(was: Partial<TicketFields>, now: TicketFields): boolean {
  const isClosing = was.state !== undefined && was.state !== 'open' && now.state === 'open'
  return isClosing || (was.snoozedUntil ?? null) !== null || (was.deletedAt ?? null) !== null
}

/** Of the tags, only those that the action put on or took off must be as it left them. */
function isAsLeft({ tags, ...became }: Partial<TicketFields>, now: TicketFields): boolean {
  if (changedKeys(became, now).length > 0) return false
  return tags === undefined || String(tags) === String(now.tags)
}

async function changeBack(
  tx: Tx,
  was: Partial<TicketFields>,
  became: Partial<TicketFields>,
): Promise<TicketChange> {
  const { mailboxId, state, assigneeId, teamId, priority, isFollowed, isUnread } = was
  return {
    mailboxId,
    state,
    assigneeId,
    teamId,
    priority,
    isFollowed,
    isUnread,
    ...('deletedAt' in was ? { isDeleted: was.deletedAt !== null } : {}),
    ...('snoozedUntil' in was ? { snoozedUntil: await snoozeBack(tx, was.snoozedUntil ?? null) } : {}),
    addTags: was.tags?.filter(tag => !became.tags?.includes(tag)),
    removeTags: became.tags?.filter(tag => !was.tags?.includes(tag)),
  }
}

/** Where its time has come meanwhile, it is awake. */
async function snoozeBack(tx: Tx, until: string | null): Promise<Date | 'reply' | null> {
  if (until === null) return null
  if (until === 'infinity') return 'reply'
  const at = new Date(until)
  return (await isAhead(tx, at)) ? at : null
}
