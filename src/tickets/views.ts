import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { VIEW_LIMITS } from '../shared/vocabulary.ts'
import {
  countMade,
  deleteRemovedViews,
  findView,
  insertView,
  lockViews,
  markRemoved,
  selectOrder,
  selectViews,
  type ViewContent,
  type ViewRow,
  writeOrder,
  writeView,
} from './views.queries.ts'

/** A removed view can be restored for so long. */
const restorableDays = 30

/** The views somebody made and those that are shared: in the order they chose, then as they came. */
export async function listViews(db: Db, caller: Caller): Promise<ViewRow[]> {
  const [views, order] = await Promise.all([selectViews(db, caller.agentId), selectOrder(db, caller.agentId)])
  const placeOf = new Map(order.map((id, place) => [id, place]))
  const last = order.length
  return views.toSorted((one, other) => (placeOf.get(one.id) ?? last) - (placeOf.get(other.id) ?? last))
}

/** Keeps a view as the caller's. @throws AppError `too-many-views` */
export async function createView(db: Db, caller: Caller, content: ViewContent): Promise<ViewRow> {
  return await inTransaction(db, async tx => {
    await lockViews(tx)
    await checkRoom(tx, { ownerId: caller.agentId, isMade: true, isShared: content.isShared })
    const id = await insertView(tx, caller.agentId, { ...content, name: content.name.trim() })
    return await getView(tx, caller, id)
  })
}

/**
 * Changes what is given of a view. Whether others see it is for who made it alone: an admin would else take it from them,
 * or show what was theirs.
 *
 * @throws NotFound; AppError `no-permission`, `too-many-views`
 */
export async function updateView(
  db: Db,
  caller: Caller,
  id: number,
  change: { [K in keyof ViewContent]?: ViewContent[K] | undefined },
): Promise<ViewRow> {
  return await inTransaction(db, async tx => {
    await lockViews(tx)
    const { ownerId, isShared: wasShared } = await getChangeable(tx, caller, id)
    const shares = change.isShared !== undefined && change.isShared !== wasShared
    if (shares && ownerId !== caller.agentId) throw forbidden()
    if (shares && change.isShared === true) await checkRoom(tx, { ownerId, isMade: false, isShared: true })
    await writeView(tx, id, { ...change, ...(change.name === undefined ? {} : { name: change.name.trim() }) })
    return await getView(tx, caller, id)
  })
}

/** Deletes views that can no longer be restored. @returns how many */
export async function deleteExpiredViews(db: Db): Promise<number> {
  return await deleteRemovedViews(db, restorableDays)
}

/** Removes a view; it can be restored. @throws NotFound; AppError `no-permission` */
export async function removeView(db: Db, caller: Caller, id: number): Promise<void> {
  await inTransaction(db, async tx => {
    await lockViews(tx)
    await getChangeable(tx, caller, id)
    await markRemoved(tx, id, { isRemoved: true })
  })
}

/** Brings a removed view back where it was. @throws NotFound; AppError `no-permission`, `too-many-views` */
export async function restoreView(db: Db, caller: Caller, id: number): Promise<ViewRow> {
  return await inTransaction(db, async tx => {
    await lockViews(tx)
    const view = await findView(tx, id)
    if (view === undefined || !can(caller, { wish: 'use-view', ...view })) throw new NotFound('view', { id })
    if (!can(caller, { wish: 'change-view', ...view })) throw forbidden()
    if (view.isRemoved) await checkRoom(tx, { ...view, isMade: true })
    await markRemoved(tx, id, { isRemoved: false })
    return await getView(tx, caller, id)
  })
}

/** Remembers in which order the caller wants to see the views. */
export async function orderViews(db: Db, caller: Caller, ids: readonly number[]): Promise<void> {
  await inTransaction(db, tx => writeOrder(tx, caller.agentId, [...new Set(ids)]))
}

async function checkRoom(
  tx: Tx,
  { ownerId, isMade, isShared }: { ownerId: number; isMade: boolean; isShared: boolean },
): Promise<void> {
  const { own, shared } = await countMade(tx, ownerId)
  const limits = [
    ...(isMade && own >= VIEW_LIMITS.own ? [VIEW_LIMITS.own] : []),
    ...(isShared && shared >= VIEW_LIMITS.shared ? [VIEW_LIMITS.shared] : []),
  ]
  const [limit] = limits
  if (limit !== undefined) throw new AppError('too-many-views', 'no further view can be kept', { limit })
}

async function getView(tx: Tx, caller: Caller, id: number): Promise<ViewRow> {
  const view = await findView(tx, id)
  if (view === undefined || view.isRemoved || !can(caller, { wish: 'use-view', ...view })) {
    throw new NotFound('view', { id })
  }
  return view
}

async function getChangeable(tx: Tx, caller: Caller, id: number): Promise<ViewRow> {
  const view = await getView(tx, caller, id)
  if (!can(caller, { wish: 'change-view', ...view })) throw forbidden()
  return view
}

function forbidden(): AppError {
  return new AppError('no-permission', 'the view is for who made it to change', { needs: 'owner' })
}
