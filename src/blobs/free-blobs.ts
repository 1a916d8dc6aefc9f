import { stat, truncate } from 'node:fs/promises'
import type { Db } from '../db/database.ts'
import { isForeignKeyViolation } from '../db/faults.ts'
import type { Log } from '../lib/log.ts'
import {
  claimSpent,
  freeLoose,
  releaseSpent,
  selectInPack,
  selectSpent,
  writeLost,
  writePlaces,
} from './free-blobs.queries.ts'
import type { PackWriter } from './pack-writer.ts'
import { packPath, readStored } from './packs.ts'

/** What freeing works with. `isLate`: the caller's time is over, what is left waits for the next call. */
export type FreeingParts = {
  root: string
  db: Db
  writer: PackWriter
  log: Log
  nowMs: () => number
  isLate: () => boolean
}

const looseRows = 500
const movedRows = 50 // at most 50 mails are in memory at once, as when they are fetched
const spentPacks = 50
// Six hours: what is erased meanwhile shares the work, and all is done within the day (mail-core.md 17).
const spentMs = 6 * 3_600_000
// A writer leaves a pack an hour after it made it (pack-writer.ts), so its last bytes are older than that.
const unwrittenMs = 2 * 3_600_000

/**
 * Frees bytes that nothing refers to any more: their rows go at once; of the packs they lie in, what is still somebody's is
 * moved to another, and an hour later, when nobody reads it there, the file is emptied. Safe on several nodes and after any
 * stop; what a crash left half moved is moved again.
 *
 * @returns false where time ran out before all was done that is due
 */
export async function freeBlobs(parts: FreeingParts): Promise<boolean> {
  const { db, isLate } = parts
  while ((await freeSome(db)) === looseRows) if (isLate()) return false
  for (const spent of await selectSpent(db, { spentMs, rowLimit: spentPacks })) {
    if (isLate()) return false
    if ((spent.isRetired || (await isUnwritten(parts, spent.pack))) && (await claimSpent(db, spent.pack)))
      await emptyPack(parts, spent)
  }
  return true
}

/** A reference that came in just then keeps its bytes; the next call looks again. */
async function freeSome(db: Db): Promise<number> {
  try {
    return await freeLoose(db, looseRows)
  } catch (error) {
    if (isForeignKeyViolation(error)) return 0
    throw error
  }
}

async function isUnwritten({ root, nowMs }: FreeingParts, pack: string): Promise<boolean> {
  const found = await stat(packPath(root, pack)).catch(ignoreMissing)
  return found === undefined || found.mtimeMs < nowMs() - unwrittenMs
}

async function emptyPack(parts: FreeingParts, spent: { pack: string; isQuiet: boolean }): Promise<void> {
  const { root, db, writer, log } = parts
  const { pack } = spent
  await writer.leave(pack)
  const moved = await moveOut(parts, pack)
  const isEmptied = spent.isQuiet && moved === 0
  if (isEmptied) await truncate(packPath(root, pack)).catch(ignoreMissing)
  await releaseSpent(db, pack, { isEmptied })
  log.info({ pack, moved, isEmptied }, 'spent pack tidied')
}

/** @returns how many blobs lie elsewhere now */
async function moveOut({ root, db, writer, log }: FreeingParts, pack: string): Promise<number> {
  for (let moved = 0; ; ) {
    const rows = await selectInPack(db, pack, movedRows)
    if (rows.length === 0) return moved
    const frames: { id: number; from: string; bytes: Buffer }[] = []
    for (const { id, place } of rows) {
      const bytes = await readStored(root, place).catch(() => null)
      if (bytes !== null) frames.push({ id, from: place, bytes })
      else {
        await writeLost(db, id)
        log.error({ blobId: id, pack }, 'bytes of a blob cannot be read any more')
      }
    }
    const places = await writer.append(frames.map(frame => frame.bytes))
    await writePlaces(
      db,
      frames.map(({ id, from }, at) => ({ id, from, to: places[at] ?? from })),
    )
    moved += frames.length
  }
}

function ignoreMissing(cause: unknown): undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
  throw cause
}
