import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { inSavepoint } from '../db/in-savepoint.ts'
import type { Bells } from '../db/listen.ts'
import {
  type ActionItem,
  insertAction,
  insertItems,
  type NamedTicket,
  selectDone,
  selectFields,
  selectNamed,
  selectVersions,
  type TicketFields,
} from './actions.queries.ts'
import { type NamedRequest, refuseReused } from './answer-once.ts'
import { lockWithTwins } from './lock-twins.ts'
import { lockPlaceTickets } from './merge-tickets.queries.ts'
import { mergeTickets } from './merge-tickets.ts'
import { changeTicket, type TicketChange } from './update-ticket.ts'

/** What became of one ticket; `code` is why it was refused. */
export type ActionResult = { number: number; code: string | null }

/** What may be done to many tickets: a change of each, or one merge after the other into `mergeInto`. */
export type Action = { change: TicketChange } | { mergeInto: { ticketId: number } }

/**
 * What is asked for. `numbers`: at most 1,000. `versions`: of them in their order, where known. `request`: under whose key it
 * is asked for, null where it has none.
 */
export type ActionWish = {
  numbers: readonly number[]
  action: Action
  versions?: readonly (number | null)[] | undefined
  request: NamedRequest | null
}

// As many are locked at once; 1,000 in one transaction would stop filing for seconds.
const BATCH = 25

/**
 * Does the same to many tickets, each by itself: one that is refused hinders no other. What was done can be
 * taken back by undo-action.ts for a day. Asked for again under its key within that day, what was done counts as done and
 * the rest is tried: neither a lost answer nor a process that died in the middle leaves a wish half done. The caller of
 * this has decided that the agent may use the mailbox they move to, and the ticket they merge into.
 *
 * @returns a result for each number, in their order; a ticket that was so already counts as done, one in another version
 *   than the one asked for is refused with `changed-since`
 * @throws AppError `idempotency-key-reused` when the key was given to another request
 */
export async function actOnTickets(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  caller: Caller,
  wish: ActionWish,
): Promise<{ actionId: number | null; results: ActionResult[] }> {
  const { db, bells } = from
  const named = new Map((await selectNamed(db, wish.numbers)).map(one => [one.number, one]))
  const actionId = await beginAction(db, caller.agentId, wish.request)
  const ids = [...named.values()].map(one => one.ticketId)
  const doneBefore = wish.request === null ? new Set<number>() : await selectDone(db, actionId, ids)
  const { allowed, codes } = partRefused(caller, wish, { named, doneBefore })
  const by = { actionId, isNamed: wish.request !== null, caller }
  let hasDone = doneBefore.size > 0
  for (const batch of batchesOf(
    allowed.toSorted((a, b) => a.ticketId - b.ticketId),
    wish.action,
  )) {
    const done = await inTransaction(db, tx => actOnBatch(tx, by, batch, wish.action))
    for (const { number, code } of done.results) codes.set(number, code)
    hasDone ||= done.hasDone
    bells.ring('live')
  }
  const results = wish.numbers.map(number => ({ number, code: codes.get(number) ?? null }))
  return { actionId: hasDone ? actionId : null, results }
}

function partRefused(
  caller: Caller,
  wish: ActionWish,
  known: { named: ReadonlyMap<number, NamedTicket>; doneBefore: ReadonlySet<number> },
): { allowed: Target[]; codes: Map<number, string | null> } {
  const allowed: Target[] = []
  const codes = new Map<number, string | null>()
  for (const [at, number] of wish.numbers.entries()) {
    const ticket = known.named.get(number)
    const isDone = ticket !== undefined && known.doneBefore.has(ticket.ticketId)
    const code = isDone ? null : refusalOf(caller, ticket)
    if (isDone || code !== null || ticket === undefined) codes.set(number, code)
    else allowed.push({ ...ticket, version: wish.versions?.[at] ?? null })
  }
  return { allowed, codes }
}

async function beginAction(db: Db, agentId: number, request: NamedRequest | null): Promise<number> {
  const { id, knownHash } = await insertAction(db, agentId, request)
  if (request !== null && knownHash !== null) refuseReused(knownHash, request)
  return id
}

// One that is not theirs is not told from none.
function refusalOf(
  caller: Caller,
  ticket: Pick<NamedTicket, 'mailboxId' | 'mergedInto'> | undefined,
): string | null {
  if (ticket === undefined || !can(caller, { wish: 'use-mailbox', mailboxId: ticket.mailboxId }))
    return 'not-found'
  return ticket.mergedInto === null ? null : 'ticket-merged'
}

function* batchesOf<T>(tickets: readonly T[], action: Action): Generator<T[]> {
  // A merge locks what was merged into its tickets too: each is a transaction of its own.
  const size = 'mergeInto' in action ? 1 : BATCH
  for (let at = 0; at < tickets.length; at += size) yield tickets.slice(at, at + size)
}

/** A ticket to act on; `version`: the one it must be in, null is any. */
type Target = NamedTicket & { version: number | null }

type Done = { results: ActionResult[]; items: ActionItem[] }

async function actOnBatch(
  tx: Tx,
  by: { actionId: number; isNamed: boolean; caller: Caller },
  batch: readonly Target[],
  action: Action,
): Promise<{ results: ActionResult[]; hasDone: boolean }> {
  const { agentId } = by.caller
  const { wanted, results, wasDone } = await partSettled(tx, by, batch, action)
  const done =
    'mergeInto' in action
      ? await mergeBatch(tx, agentId, wanted, action.mergeInto.ticketId)
      : await changeBatch(tx, agentId, wanted, action.change)
  await insertItems(tx, by.actionId, done.items)
  return { results: [...results, ...done.results], hasDone: wasDone || done.items.length > 0 }
}

// With their locks held: nobody changes them between this look and the action. The same request may be under way elsewhere,
// when its sender did not wait for the answer.
async function partSettled(
  tx: Tx,
  by: { actionId: number; isNamed: boolean },
  batch: readonly Target[],
  action: Action,
): Promise<{ wanted: Target[]; results: ActionResult[]; wasDone: boolean }> {
  const ids = batch.map(one => one.ticketId)
  const asked = batch.filter(({ version }) => version !== null).map(one => one.ticketId)
  if (asked.length === 0 && !by.isNamed) return { wanted: [...batch], results: [], wasDone: false }
  if ('mergeInto' in action) await lockPlaceTickets(tx, [...ids, action.mergeInto.ticketId])
  else await lockWithTwins(tx, { ids })
  const done = by.isNamed ? await selectDone(tx, by.actionId, ids) : new Set<number>()
  const versions = await selectVersions(tx, asked)
  const wanted: Target[] = []
  const results: ActionResult[] = []
  for (const target of batch) {
    const { ticketId, number, version } = target
    if (done.has(ticketId)) results.push({ number, code: null })
    else if (version !== null && versions.get(ticketId) !== version)
      results.push({ number, code: 'changed-since' })
    else wanted.push(target)
  }
  return { wanted, results, wasDone: done.size > 0 }
}

async function mergeBatch(
  tx: Tx,
  agentId: number,
  batch: readonly Target[],
  survivorId: number,
): Promise<Done> {
  const done: Done = { results: [], items: [] }
  for (const { number, ticketId } of batch) {
    if (ticketId === survivorId) continue
    const refusal = await inSavepoint(tx, async () => {
      const { mergeId } = await mergeTickets(tx, { survivorId, mergedId: ticketId, agentId })
      done.items.push({ ticketId, was: {}, became: {}, mergeId })
    })
    done.results.push({ number, code: refusal?.code ?? null })
  }
  return done
}

async function changeBatch(
  tx: Tx,
  agentId: number,
  batch: readonly Target[],
  change: TicketChange,
): Promise<Done> {
  const ids = batch.map(one => one.ticketId)
  await lockWithTwins(tx, { ids })
  const before = await selectFields(tx, ids, agentId)
  const results: ActionResult[] = []
  for (const { number, ticketId } of batch) {
    const refusal = await inSavepoint(tx, () => changeTicket(tx, { ticketId, agentId }, change))
    results.push({ number, code: refusal?.code ?? null })
  }
  const after = await selectFields(tx, ids, agentId)
  // A twin that was refused has changed with its lead, and comes back with it.
  const items = batch
    .filter((_, at) => results[at]?.code === null)
    .flatMap(({ ticketId }) => itemOf(ticketId, change, before.get(ticketId), after.get(ticketId)))
  return { results, items }
}

function itemOf(
  ticketId: number,
  change: TicketChange,
  was: TicketFields | undefined,
  now: TicketFields | undefined,
): ActionItem[] {
  if (was === undefined || now === undefined) return []
  // The agent may have read it meanwhile, by a request of its own, which waits for no lock of a ticket.
  const changed = changedKeys(was, now).filter(key => key !== 'isUnread' || change.isUnread !== undefined)
  if (changed.length === 0) return []
  return [{ ticketId, was: pick(was, changed), became: pick(now, changed), mergeId: null }]
}

/** What differs between two looks at a ticket. */
export function changedKeys(was: Partial<TicketFields>, now: Partial<TicketFields>): (keyof TicketFields)[] {
  const keys = Object.keys(was) as (keyof TicketFields)[]
  return keys.filter(key => String(was[key]) !== String(now[key]))
}

function pick(fields: TicketFields, keys: readonly (keyof TicketFields)[]): Partial<TicketFields> {
  return Object.fromEntries(keys.map(key => [key, fields[key]]))
}
