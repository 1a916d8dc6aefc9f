import { createHash } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { zstdCompress, zstdCompressSync } from 'node:zlib'
import type { Db } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import {
  type BlobRow,
  findBlob,
  findBlobsBySha256,
  insertBlobs,
  touchBlobsBySha256,
} from './blobs.queries.ts'
import { freeBlobs } from './free-blobs.ts'
import { openPackWriter, type PackWriter } from './pack-writer.ts'
import { type BlobCodec, parsePlace, readFrame } from './packs.ts'

/** Bytes that are durable and have a row. `place` and `codec` are what `readFrame` wants. */
export type StoredBlob = { id: number; sizeBytes: number; sha256: Buffer; codec: string; place: string }

/** The bytes of mails, uploads and sent messages, reached by the id of their row only. */
export type BlobStore = {
  /**
   * Stores a batch: one append and one fdatasync for what is new, then one insert. Equal bytes share
   * a row, also within the batch. The reply is in the order given. Call it outside any transaction.
   */
  put: (bytes: readonly Buffer[]) => Promise<StoredBlob[]>
  /** Throws NotFound, or AppError `blob-lost` when the bytes are gone or are no longer those stored. */
  read: (id: number) => Promise<Buffer>
  /** As `read`, of what was found a while ago: bytes that have been moved since are looked for anew. */
  readFound: (blob: StoredBlob) => Promise<Buffer>
  /** Throws NotFound. */
  find: (id: number) => Promise<StoredBlob>
  /** Frees bytes that nothing refers to any more, until `isLate`. @returns false where something due is left */
  free: (isLate: () => boolean) => Promise<boolean>
  /** The folder the packs are in, absolute. */
  root: string
  close: () => Promise<void>
}

type Parts = { root: string; db: Db; writer: PackWriter }
type Fresh = { sha256: Buffer; bytes: Buffer }

const compressAside = promisify(zstdCompress)
const headBytes = 1_024 // zstd: a frame that does not shrink is a few bytes longer than what is in it
const smallBytes = 256 * 1024 // compressed in 0.3 ms; aside, each of a batch would hold a 1.3 MB context at once

/**
 * Opens the file store under `root` (made when missing, mode 0700). Several nodes may share the folder:
 * each writes packs of its own, named by its instance id.
 */
export async function openBlobStore(options: {
  root: string
  db: Db
  instanceId: number
  clock: Clock
  log: Log
}): Promise<BlobStore> {
  const root = resolve(options.root)
  await mkdir(root, { recursive: true, mode: 0o700 })
  const writer = openPackWriter({ ...options, root })
  const parts: Parts = { root, db: options.db, writer }
  return {
    root,
    put: bytes => putBlobs(parts, bytes),
    read: id => readBlob(parts, id),
    readFound: blob => readFound(parts, blob),
    free: isLate =>
      freeBlobs({ ...parts, log: options.log, nowMs: () => options.clock.now().getTime(), isLate }),
    find: async id => toStoredBlob(await getBlob(options.db, id)),
    close: () => writer.close(),
  }
}

async function putBlobs(parts: Parts, batch: readonly Buffer[]): Promise<StoredBlob[]> {
  if (batch.length === 0) return []
  const given = batch.map(bytes => ({ bytes, sha256: createHash('sha256').update(bytes).digest() }))
  const unique = new Map(given.map(item => [item.sha256.toString('hex'), item]))
  const hashes = [...unique.values()].map(item => item.sha256)
  const known = new Map<string, StoredBlob>()
  const remember = (rows: readonly BlobRow[]) => {
    for (const row of rows) known.set(row.sha256.toString('hex'), toStoredBlob(row))
  }
  remember(await touchBlobsBySha256(parts.db, hashes))
  // A second time where the pack was taken out of use while this process stood still.
  for (let tries = 0; tries < 2; tries++) {
    const fresh = [...unique].filter(([hex]) => !known.has(hex)).map(([, item]) => item)
    if (fresh.length === 0) break
    const entered = await appendAndEnter(parts, fresh)
    remember(entered)
    if (entered.length < fresh.length) remember(await findBlobsBySha256(parts.db, hashes))
  }
  return given.map(({ sha256 }) => {
    const stored = known.get(sha256.toString('hex'))
    if (stored === undefined) throw new AppError('blob-store-failed', 'a blob has no row after its insert')
    return stored
  })
}

async function appendAndEnter({ db, writer }: Parts, fresh: readonly Fresh[]): Promise<BlobRow[]> {
  const frames = await Promise.all(fresh.map(item => encode(item.bytes)))
  const places = await writer.append(frames.map(frame => frame.bytes))
  const entered = await insertBlobs(
    db,
    fresh.map((item, at) => ({
      sha256: item.sha256,
      sizeBytes: item.bytes.length,
      codec: frames[at]?.codec ?? 'none',
      place: places[at] ?? '',
    })),
  )
  // Others may have entered the same bytes: then their pack is a good one all the same.
  if (entered.length < fresh.length) await writer.leave(parsePlace(places[0] ?? '').pack)
  return entered
}

/** A frame of its own for each blob; what does not shrink (archives, pictures) stays as it is. */
async function encode(bytes: Buffer): Promise<{ codec: BlobCodec; bytes: Buffer }> {
  // Room for all of it at once: pieces of 16 kB, put together, cost as much as the packing.
  const hint = { pledgedSrcSize: bytes.length, chunkSize: Math.min(bytes.length + headBytes, smallBytes) }
  const packed = bytes.length <= smallBytes ? zstdCompressSync(bytes, hint) : await compressAside(bytes, hint)
  return packed.length < bytes.length ? { codec: 'zstd', bytes: packed } : { codec: 'none', bytes }
}

async function readBlob({ db, root }: Parts, id: number): Promise<Buffer> {
  return await readAt(root, toStoredBlob(await getBlob(db, id)))
}

async function readFound(parts: Parts, blob: StoredBlob): Promise<Buffer> {
  try {
    return await readAt(parts.root, blob)
  } catch (error) {
    if (error instanceof AppError && error.code === 'blob-lost') return await readBlob(parts, blob.id)
    throw error
  }
}

async function readAt(root: string, { id, place, codec, sha256 }: StoredBlob): Promise<Buffer> {
  const bytes = await readFrame(root, place, codec)
  if (createHash('sha256').update(bytes).digest().equals(sha256)) return bytes
  throw new AppError('blob-lost', 'the bytes of a blob are not those that were stored', { blobId: id })
}

async function getBlob(db: Db, id: number): Promise<BlobRow> {
  const row = await findBlob(db, id)
  if (row === undefined) throw new NotFound('blob', { blobId: id })
  return row
}

function toStoredBlob(row: BlobRow): StoredBlob {
  return { id: row.id, sizeBytes: row.size_bytes, sha256: row.sha256, codec: row.codec, place: row.place }
}
