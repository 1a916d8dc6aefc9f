import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { QueueName } from '../shared/vocabulary.ts'
import type { TicketFilter } from './ticket-filter.ts'

/** What somebody writes of a view. */
export type ViewContent = { name: string; isShared: boolean; queue: QueueName; filter: TicketFilter }

/** A view as it is kept. */
export type ViewRow = ViewContent & { id: number; ownerId: number; isRemoved: boolean }

const columns = sql<ViewRow>`
  id, owner_id as "ownerId", is_shared as "isShared", name, queue, filter, removed_at is not null as "isRemoved"`

/** The views that somebody made and those that are shared, oldest first. */
export async function selectViews(db: Db, agentId: number): Promise<ViewRow[]> {
  const { rows } = await sql<ViewRow>`
    select ${columns} from view where removed_at is null and (is_shared or owner_id = ${agentId})
    order by id`.execute(db)
  return rows
}

/** One view, removed ones too. */
export async function findView(db: Db, id: number): Promise<ViewRow | undefined> {
  const { rows } = await sql<ViewRow>`select ${columns} from view where id = ${id}`.execute(db)
  return rows[0]
}

/** Nobody else adds, shares or brings back a view before the transaction ends, so that they can be counted. */
export async function lockViews(tx: Tx): Promise<void> {
  await sql`lock table view in share row exclusive mode`.execute(tx)
}

/** How many views an agent has made, and how many are shared by anybody. */
export async function countMade(tx: Tx, ownerId: number): Promise<{ own: number; shared: number }> {
  const { rows } = await sql<{ own: number; shared: number }>`
    select count(*) filter (where owner_id = ${ownerId}) as own, count(*) filter (where is_shared) as shared
    from view where removed_at is null`.execute(tx)
  return rows[0] ?? { own: 0, shared: 0 }
}

/** Adds a view. @returns its id */
export async function insertView(tx: Tx, ownerId: number, content: ViewContent): Promise<number> {
  const { name, isShared, queue, filter } = content
  const row = { owner_id: ownerId, name, is_shared: isShared, queue, filter: JSON.stringify(filter) }
  const { id } = await tx.insertInto('view').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Changes what is given, and leaves the rest of a view as it is. */
export async function writeView(
  tx: Tx,
  id: number,
  { name, isShared, queue, filter }: { [K in keyof ViewContent]?: ViewContent[K] | undefined },
): Promise<void> {
  const changed = {
    ...(name === undefined ? {} : { name }),
    ...(isShared === undefined ? {} : { is_shared: isShared }),
    ...(queue === undefined ? {} : { queue }),
    ...(filter === undefined ? {} : { filter: JSON.stringify(filter) }),
  }
  if (Object.keys(changed).length === 0) return
  await tx.updateTable('view').set(changed).where('id', '=', id).execute()
}

/** Removes a view, or brings it back. */
export async function markRemoved(tx: Tx, id: number, { isRemoved }: { isRemoved: boolean }): Promise<void> {
  await sql`update view set removed_at = case when ${isRemoved} then clock_timestamp() end
    where id = ${id}`.execute(tx)
}

/** In which order somebody wants their views; ids of views that are gone may be among them. */
export async function selectOrder(db: Db, agentId: number): Promise<number[]> {
  const row = await db
    .selectFrom('view_order')
    .select('view_ids')
    .where('agent_id', '=', agentId)
    .executeTakeFirst()
  return row?.view_ids ?? []
}

/** Keeps in which order somebody wants their views, in place of the one before. */
export async function writeOrder(tx: Tx, agentId: number, viewIds: readonly number[]): Promise<void> {
  await sql`insert into view_order (agent_id, view_ids) values (${agentId}, ${[...viewIds]}::bigint[])
    on conflict (agent_id) do update set view_ids = excluded.view_ids`.execute(tx)
}

/** Deletes the views that were removed so long ago. @returns how many */
export async function deleteRemovedViews(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from view where removed_at < clock_timestamp() - make_interval(days => ${days})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
