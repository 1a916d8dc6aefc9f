import type { Db } from '../db/database.ts'
import { readCursor, writeCursor } from './page-cursor.ts'
import {
  countTrash,
  type ErasureRow,
  selectErasures,
  selectTrashRule,
  type TrashRule,
  updateTrashRule,
} from './trash.queries.ts'

/** How long the Trash keeps tickets, and, if it is to be counted, how many lie there at `now`. */
export async function readTrash(
  db: Db,
  { isCounted }: { isCounted: boolean },
): Promise<TrashRule & { ticketCount: number | null }> {
  const rule = await selectTrashRule(db)
  return { ...rule, ticketCount: isCounted ? await countTrash(db) : null }
}

/** Chooses after how many days the Trash gives up a ticket; null: never. Nothing goes by it within a day. */
export async function setTrashDays(db: Db, days: number | null): Promise<void> {
  await updateTrashRule(db, days)
}

/** A page of what was erased, newest first. @throws AppError `bad-cursor` */
export async function listErasures(
  db: Db,
  { cursor, limit }: { cursor: string | undefined; limit: number },
): Promise<{ rows: ErasureRow[]; nextCursor: string | null }> {
  const beforeId = cursor === undefined ? null : readCursor(cursor, 1).id
  const found = await selectErasures(db, { beforeId, limit: limit + 1 })
  const rows = found.slice(0, limit)
  const last = found.length > limit ? rows.at(-1) : undefined
  return { rows, nextCursor: last === undefined ? null : writeCursor({ part: 0, atUs: 0, id: last.id }) }
}
