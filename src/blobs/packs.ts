import { closeSync, openSync, readSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { zstdDecompress, zstdDecompressSync } from 'node:zlib'
import { AppError } from '../lib/app-error.ts'

/** How the bytes of one blob lie in its pack: a zstd frame of their own, or as they are. */
export type BlobCodec = 'zstd' | 'none'

/** A range of a pack file. `pack` is `2026-11/3-17`: month, instance, number. */
export type PackPlace = { pack: string; offset: number; lengthBytes: number }

const decompressAside = promisify(zstdDecompress)
const smallBytes = 256 * 1024 // decompressed at once: a context of the thread pool costs more than the work
const decoding = {
  maxOutputLength: 512 * 1_048_576, // far above any mail we store: a damaged frame cannot fill memory
  chunkSize: 65_536, // most mails in one piece: pieces of 16 kB, put together, double the work
}

/** Where the pack is on disk: `<root>/packs/2026-11/3-17.pack`. */
export function packPath(root: string, pack: string): string {
  return join(root, 'packs', `${pack}.pack`)
}

/** The place as it stands in `blob.place`: `pack:2026-11/3-17:81920:3411`. */
export function writePlace({ pack, offset, lengthBytes }: PackPlace): string {
  return `pack:${pack}:${offset}:${lengthBytes}`
}

/**
 * Reads a place written by `writePlace`.
 *
 * @throws AppError `bad-blob-place` for anything else, so that no row can name a file outside the packs
 */
export function parsePlace(place: string): PackPlace {
  const match = /^pack:(\d{4}-\d{2}\/\d+-\d+):(\d{1,15}):(\d{1,15})$/.exec(place)
  const [, pack, offset, length] = match ?? []
  if (pack === undefined)
    throw new AppError('bad-blob-place', 'a blob row names no place in a pack', { place })
  return { pack, offset: Number(offset), lengthBytes: Number(length) }
}

/**
 * The bytes of one blob, decompressed. Reads that range only.
 *
 * @param root the blob folder (`BlobStore.root`)
 * @param place `blob.place`; @param codec `blob.codec`
 * @throws AppError `blob-lost` when the pack is missing, shorter than the place says, or the frame is damaged
 */
export async function readFrame(root: string, place: string, codec: string): Promise<Buffer> {
  const { lengthBytes } = parsePlace(place)
  try {
    const stored = await readStored(root, place)
    return codec === 'none' || lengthBytes <= smallBytes
      ? unpack(stored, codec)
      : await decompressAside(stored, decoding)
  } catch (cause) {
    throw blobLost(place, codec, cause)
  }
}

/**
 * The bytes of one blob as they lie in its pack, not decompressed.
 *
 * @throws what the file system says, RangeError where the pack is shorter
 */
export async function readStored(root: string, place: string): Promise<Buffer> {
  const { pack, offset, lengthBytes } = parsePlace(place)
  const file = await open(packPath(root, pack), 'r')
  return await readRange(file, offset, lengthBytes).finally(() => file.close())
}

/**
 * As readFrame, for a process that has nothing else to do meanwhile: a fifth of the cost, since no thread is
 * asked.
 *
 * @throws AppError `blob-lost`, as `readFrame`
 */
export function readFrameAtOnce(root: string, place: string, codec: string): Buffer {
  const { pack, offset, lengthBytes } = parsePlace(place)
  try {
    const file = openSync(packPath(root, pack), 'r')
    try {
      const stored = Buffer.allocUnsafe(lengthBytes)
      const bytesRead = readSync(file, stored, 0, lengthBytes, offset)
      if (bytesRead < lengthBytes) throw new RangeError(`pack ends ${lengthBytes - bytesRead} bytes early`)
      return unpack(stored, codec)
    } finally {
      closeSync(file)
    }
  } catch (cause) {
    throw blobLost(place, codec, cause)
  }
}

function unpack(stored: Buffer, codec: string): Buffer {
  return codec === 'none' ? stored : zstdDecompressSync(stored, decoding)
}

function blobLost(place: string, codec: string, cause: unknown): AppError {
  const message = 'the bytes of a blob cannot be read from its pack'
  return new AppError('blob-lost', message, { place, codec }, { cause })
}

async function readRange(file: FileHandle, offset: number, lengthBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(lengthBytes)
  for (let at = 0; at < lengthBytes; ) {
    const { bytesRead } = await file.read(bytes, at, lengthBytes - at, offset + at)
    if (bytesRead === 0) throw new RangeError(`pack ends ${lengthBytes - at} bytes early`)
    at += bytesRead
  }
  return bytes
}
