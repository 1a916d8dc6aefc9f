import type { Db } from '../db/database.ts'
import { findKey, type KeyRing, type RingKey } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { open, seal } from '../lib/secrets.ts'
import {
  countByKey,
  listSealedElse,
  replaceSealed,
  type SealedColumn,
  type SealedRow,
} from './sealed-rows.queries.ts'

export type { SealedColumn } from './sealed-rows.queries.ts'

type Needs = { db: Db; keys: KeyRing; log: Log }

const pageRows = 50

/**
 * Seals every stored secret anew that another key than the active one made, for the same place. Each row is one statement,
 * which does nothing where somebody has stored another secret meanwhile: it may end at any moment, run twice, and run beside
 * all other work. What no key opens stays as it is, and is counted in the log.
 *
 * @returns false where it was late with rows left
 */
export async function sealAnew(
  needs: Needs,
  columns: readonly SealedColumn[],
  isLate: () => boolean,
): Promise<boolean> {
  await needs.keys.refresh()
  const active = needs.keys.active('credentials')
  const count = { sealed: 0, unopened: 0 }
  let isDone = true
  for (const column of columns) isDone &&= await sealColumn(needs, { column, active, count, isLate })
  if (count.sealed + count.unopened > 0)
    needs.log.info({ ...count, keyId: active.id, isDone }, 'stored secrets sealed under the active key')
  return isDone
}

/** How many stored secrets each key of `credentials` has made, by its id: one that made none is needed no longer. */
export async function countSecretsByKey(
  db: Db,
  columns: readonly SealedColumn[],
): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  for (const column of columns) {
    for (const { keyId, count } of await countByKey(db, column)) {
      counts.set(keyId, (counts.get(keyId) ?? 0) + count)
    }
  }
  return counts
}

type ColumnWork = {
  column: SealedColumn
  active: RingKey
  count: { sealed: number; unopened: number }
  isLate: () => boolean
}

async function sealColumn(needs: Needs, work: ColumnWork): Promise<boolean> {
  const page = { activeId: work.active.id, limit: pageRows }
  let after: SealedRow['id'] | undefined
  for (;;) {
    const rows = await listSealedElse(needs.db, work.column, { ...page, after })
    for (const row of rows) {
      if (work.isLate()) return false
      await replaceRow(needs, work, row)
      after = row.id
    }
    if (rows.length < pageRows) return true
  }
}

async function replaceRow({ db, keys }: Needs, work: ColumnWork, row: SealedRow): Promise<void> {
  const { column, count } = work
  const sealed = await sealRow(keys, { ...work, row })
  if (sealed === undefined) count.unopened += 1
  else if (await replaceSealed(db, column, { id: row.id, before: row, after: sealed })) count.sealed += 1
}

/** Undefined where no key opens it. */
async function sealRow(
  keys: KeyRing,
  { column, row, active }: { column: SealedColumn; row: SealedRow; active: RingKey },
) {
  const key = await findKey(keys, 'credentials', row.keyId)
  if (key === undefined) return undefined
  const context = column.contextOf({ ...row.facts, id: row.id })
  try {
    const plain = open(key.secret, row.sealed, context)
    const sealed = seal(active.secret, plain, context)
    plain.fill(0)
    return { sealed, keyId: active.id }
  } catch (error) {
    if (error instanceof AppError) return undefined
    throw error
  }
}
