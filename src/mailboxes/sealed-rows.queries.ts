import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { SealedSecret } from './sealed-secret.ts'

/** A column of sealed secrets. Names are ours, from the code. */
export type SealedColumn = {
  table: string
  /** Its primary key. */
  id: string
  sealed: string
  keyId: string
  /** Further columns that `contextOf` reads. */
  facts: readonly string[]
  /** What a row's secret is sealed for, from its id and facts. */
  contextOf: (row: { id: RowId; [fact: string]: unknown }) => string
}

/** As the primary key of the table has it. */
export type RowId = number | boolean | Buffer

/** A row whose secret another key than the active one made. */
export type SealedRow = SealedSecret & { id: RowId; facts: Record<string, unknown> }

/** Rows whose secret another key than `activeId` made, by their primary key, after the one of the former page. */
export async function listSealedElse(
  db: Db,
  column: SealedColumn,
  page: { activeId: number; after: RowId | undefined; limit: number },
): Promise<SealedRow[]> {
  const id = sql.ref(column.id)
  const facts = sql.join(column.facts.flatMap(name => [sql.lit(name), sql.ref(name)]))
  const { rows } = await sql<SealedRow>`
    select ${id} as id, ${sql.ref(column.sealed)} as sealed, ${sql.ref(column.keyId)} as "keyId",
      jsonb_build_object(${facts}) as facts
    from ${sql.table(column.table)}
    where ${sql.ref(column.keyId)} <> ${page.activeId} ${page.after === undefined ? sql`` : sql`and ${id} > ${page.after}`}
    order by ${id} limit ${page.limit}`.execute(db)
  return rows
}

/** Puts a secret that was sealed anew in its place, unless somebody has stored another one since. @returns whether it did */
export async function replaceSealed(
  db: Db,
  column: SealedColumn,
  change: { id: RowId; before: SealedSecret; after: SealedSecret },
): Promise<boolean> {
  const [sealed, keyId] = [sql.ref(column.sealed), sql.ref(column.keyId)]
  const { id, before, after } = change
  const updated = await sql`
    update ${sql.table(column.table)} set ${sealed} = ${after.sealed}, ${keyId} = ${after.keyId}
    where ${sql.ref(column.id)} = ${id} and ${keyId} = ${before.keyId} and ${sealed} = ${before.sealed}`.execute(
    db,
  )
  return updated.numAffectedRows === 1n
}

/** How many secrets of a column each key has made. */
export async function countByKey(db: Db, column: SealedColumn): Promise<{ keyId: number; count: number }[]> {
  const keyId = sql.ref(column.keyId)
  const { rows } = await sql<{ keyId: number; count: number }>`
    select ${keyId} as "keyId", count(*) as count from ${sql.table(column.table)}
    where ${keyId} is not null group by ${keyId}`.execute(db)
  return rows
}
