import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { attempt } from '../db/savepoint.ts'
import {
  type ActionItem,
  insertAction,
  insertItems,
  type NamedTicket,
  selectFields,
  selectNamed,
  selectVersions,
  type TicketFields,
} from './actions.queries.ts'
import { lockWithTwins } from './lock-twins.ts'
import { mergeTickets } from './merge-tickets.ts'
import { changeTicket, type TicketChange } from './update-ticket.ts'

/** What became of one ticket; `code` is why it was refused. */
export type ActionResult = { number: number; code: string | null }

/** What may be done to many tickets: a change of each, or one merge after the other into `mergeInto`. */
export type Action = { change: TicketChange } | { mergeInto: { ticketId: number } }

// As many are locked at once; 1,000 in one transaction would stop filing for seconds.
const BATCH = 25

/**
 * Does the same to many tickets, each by itself: one that is refused hinders no other. What was done can be
 * taken back by undo-action.ts for a day. The caller of this has decided that the agent may use the mailbox
 * they move to, and the ticket they merge into.
 *
 * @param wish `numbers`: at most 1,000; `versions` of them in their order, where known: one that is in another by now is
 *   refused with `changed-since`
 * @returns a result for each number, in their order; a ticket that was so already counts as done
 */
export async function actOnTickets(
  from: { db: Db; bells: Pick<Bells, 'ring'> },
  caller: Caller,
  wish: { numbers: readonly number[]; action: Action; versions?: readonly (number | null)[] | undefined },
): Promise<{ actionId: number | null; results: ActionResult[] }> {
  const { db, bells } = from
  const named = new Map((await selectNamed(db, wish.numbers)).map(one => [one.number, one]))
  const codes = new Map<number, string | null>()
  const versionOf = new Map(wish.numbers.map((number, at) => [number, wish.versions?.[at]]))
  const allowed: Target[] = []
  for (const number of wish.numbers) {
    const ticket = named.get(number)
    const code = refusalOf(caller, ticket)
    if (code !== null || ticket === undefined) codes.set(number, code)
    else allowed.push({ ...ticket, version: versionOf.get(number) ?? null })
  }
  const actionId = allowed.length === 0 ? null : await insertAction(db, caller.agentId)
  let hasDone = false
  for (const batch of batchesOf(
    allowed.toSorted((a, b) => a.ticketId - b.ticketId),
    wish.action,
  )) {
    const done = await inTransaction(db, tx =>
      actOnBatch(tx, { actionId: actionId ?? 0, caller }, batch, wish.action),
    )
    for (const { number, code } of done.results) codes.set(number, code)
    hasDone ||= done.items.length > 0
    bells.ring('live')
  }
  const results = wish.numbers.map(number => ({ number, code: codes.get(number) ?? null }))
  return { actionId: hasDone ? actionId : null, results }
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
  by: { actionId: number; caller: Caller },
  batch: readonly Target[],
  action: Action,
): Promise<Done> {
  const { agentId } = by.caller
  const { fitting, changed } = await partChanged(
    tx,
    batch,
    'mergeInto' in action ? [action.mergeInto.ticketId] : [],
  )
  const done =
    'mergeInto' in action
      ? await mergeBatch(tx, agentId, fitting, action.mergeInto.ticketId)
      : await changeBatch(tx, agentId, fitting, action.change)
  await insertItems(tx, by.actionId, done.items)
  const refused = changed.map(({ number }) => ({ number, code: 'changed-since' }))
  return { results: [...refused, ...done.results], items: done.items }
}

// With their locks held: nobody changes them between this look and the action.
async function partChanged(
  tx: Tx,
  batch: readonly Target[],
  alsoLocked: readonly number[],
): Promise<{ fitting: Target[]; changed: Target[] }> {
  const asked = batch.filter(({ version }) => version !== null).map(one => one.ticketId)
  if (asked.length === 0) return { fitting: [...batch], changed: [] }
  await lockWithTwins(tx, { ids: [...batch.map(one => one.ticketId), ...alsoLocked] })
  const versions = await selectVersions(tx, asked)
  const isFitting = ({ ticketId, version }: Target) => version === null || versions.get(ticketId) === version
  return { fitting: batch.filter(isFitting), changed: batch.filter(one => !isFitting(one)) }
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
    const refusal = await attempt(tx, async () => {
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
    const refusal = await attempt(tx, () => changeTicket(tx, { ticketId, agentId }, change))
    results.push({ number, code: refusal?.code ?? null })
  }
  const after = await selectFields(tx, ids, agentId)
  // A twin that was refused has changed with its lead, and comes back with it.
  const items = batch
    .filter((_, at) => results[at]?.code === null)
    .flatMap(({ ticketId }) => itemOf(ticketId, before.get(ticketId), after.get(ticketId)))
  return { results, items }
}

function itemOf(
  ticketId: number,
  was: TicketFields | undefined,
  now: TicketFields | undefined,
): ActionItem[] {
  if (was === undefined || now === undefined) return []
  const changed = changedKeys(was, now)
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
