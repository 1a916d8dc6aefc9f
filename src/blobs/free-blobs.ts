import { stat, truncate } from 'node:fs/promises'
import type { Db } from '../db/database.ts'
import { isForeignKeyViolation } from '../db/faults.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { passed } from '../lib/transitions.ts'
import {
  claimSpent,
  freeLoose,
  releaseSpent,
  selectInPack,
  selectSpent,
  writePlaces,
} from './free-blobs.queries.ts'
import type { PackWriter } from './pack-writer.ts'
import { packPath, parsePlace, readStored } from './packs.ts'

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
const movedRows = 50
const movedBytes = 16 * 1_048_576 // in memory at once, or one blob that is larger
const spentPacks = 50
// Six hours: what is erased meanwhile shares the work, and all is done within the day.
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
    const looked = await freeLoose(db, looseRows)
    if (looked > 0) passed('blobs-freed')
    return looked
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
  const { moved, unread } = await moveOut(parts, pack)
  const isEmptied = spent.isQuiet && moved === 0 && unread === 0
  if (isEmptied) {
    await truncate(packPath(root, pack)).catch(ignoreMissing)
    passed('pack-emptied')
  }
  await releaseSpent(db, pack, { isEmptied })
  log.info({ pack, moved, unread, isEmptied }, 'spent pack tidied')
}

/**
 * Moves what is still somebody's. What cannot be read stays, and its pack with it: a disk that is not there just now is no
 * reason to take the bytes for lost.
 */
async function moveOut(
  { root, db, writer, log }: FreeingParts,
  pack: string,
): Promise<{ moved: number; unread: number }> {
  const count = { moved: 0, unread: 0 }
  let after = ''
  for (;;) {
    const rows = firstBytes(await selectInPack(db, pack, { after, rowLimit: movedRows }))
    const last = rows.at(-1)
    if (last === undefined) return count
    after = last.place
    const frames: { id: number; from: string; bytes: Buffer }[] = []
    for (const { id, place } of rows) {
      try {
        frames.push({ id, from: place, bytes: await readStored(root, place) })
      } catch (cause) {
        count.unread++
        log.error(
          { blobId: id, pack, err: describeError(cause) },
          'a blob cannot be read, its pack stays as it is',
        )
      }
    }
    if (frames.length === 0) continue
    const places = await writer.append(frames.map(frame => frame.bytes))
    passed('pack-copied')
    await writePlaces(
      db,
      frames.map(({ id, from }, at) => ({ id, from, to: places[at] ?? from })),
    )
    passed('pack-moved')
    count.moved += frames.length
  }
}

function firstBytes<Row extends { place: string }>(rows: readonly Row[]): Row[] {
  let sizeBytes = 0
  return rows.filter(({ place }, at) => {
    sizeBytes += parsePlace(place).lengthBytes
    return at === 0 || sizeBytes <= movedBytes
  })
}

function ignoreMissing(cause: unknown): undefined {
  if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
  throw cause
}
