import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import { packPath, writePlace } from './packs.ts'

/** Appends batches to packs of its own; several callers may append at once, each gets its turn. */
export type PackWriter = {
  /** Appends all frames with one fdatasync; resolves with their places once they are durable. */
  append: (frames: readonly Buffer[]) => Promise<string[]>
  /** Writes no more to a pack, if it is the open one. */
  leave: (pack: string) => Promise<void>
  close: () => Promise<void>
}

export type PackWriterOptions = {
  root: string
  instanceId: number
  clock: Pick<Clock, 'now' | 'monotonicMs'>
  log: Log
  /** A pack is closed at this size and never written again. */
  mostBytes?: number
  mostAgeMs?: number
}

/** `openedAtMs` by the clock that only runs, `openedOn` by the wall: a machine that slept knows its hours by the wall alone. */
type OpenPack = { name: string; file: FileHandle; sizeBytes: number; openedAtMs: number; openedOn: Date }

const defaultMostBytes = 64 * 1_048_576
const defaultMostAgeMs = 3_600_000

/**
 * Opens a writer. Its first file is made by the first append.
 *
 * A pack that failed to write or to sync is left alone and a new one begun: after a failed fsync
 * the kernel may have dropped the pages, so that a second one proves nothing. A file is created
 * exclusively; a name that exists (an instance id given again after a restore) is passed over.
 */
export function openPackWriter(options: PackWriterOptions): PackWriter {
  const mostBytes = options.mostBytes ?? defaultMostBytes
  const mostAgeMs = options.mostAgeMs ?? defaultMostAgeMs
  let current: OpenPack | null = null
  let nextNumber = 1
  let turn: Promise<unknown> = Promise.resolve()

  const leave = async (): Promise<void> => {
    const pack = current
    current = null
    await pack?.file.close()
  }
  const packForAppend = async (): Promise<OpenPack> => {
    const isFull = current !== null && current.sizeBytes >= mostBytes
    const isOld = current !== null && ageMs(options.clock, current) >= mostAgeMs
    if (isFull || isOld) await leave()
    if (current !== null) return current
    const made = await createPack(options, nextNumber)
    nextNumber = made.number + 1
    current = made.pack
    return made.pack
  }
  const appendNow = async (frames: readonly Buffer[]): Promise<string[]> => {
    const pack = await packForAppend()
    try {
      return await writeDurably(pack, frames)
    } catch (cause) {
      current = null
      await takeBack(pack, options)
      options.log.error({ pack: pack.name }, 'pack given up after a failed write')
      throw new AppError(
        'blob-store-failed',
        'a batch could not be written to its pack',
        { pack: pack.name },
        { cause },
      )
    }
  }
  const inTurn = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = turn.then(work)
    turn = result.catch(() => undefined) // the caller has the rejection; the next turn begins all the same
    return result
  }
  return {
    append: frames => inTurn(() => appendNow(frames)),
    leave: pack =>
      inTurn(async () => {
        if (current?.name === pack) await leave()
      }),
    close: () => inTurn(leave),
  }
}

function ageMs(clock: PackWriterOptions['clock'], pack: OpenPack): number {
  return Math.max(clock.monotonicMs() - pack.openedAtMs, clock.now().getTime() - pack.openedOn.getTime())
}

async function writeDurably(pack: OpenPack, frames: readonly Buffer[]): Promise<string[]> {
  const places: string[] = []
  let offset = pack.sizeBytes
  for (const frame of frames) {
    places.push(writePlace({ pack: pack.name, offset, lengthBytes: frame.length }))
    offset += frame.length
  }
  const { bytesWritten } = await pack.file.writev(frames, pack.sizeBytes)
  if (bytesWritten !== offset - pack.sizeBytes)
    throw Object.assign(new RangeError('short write: the disk is full'), { code: 'ENOSPC' })
  await pack.file.datasync()
  pack.sizeBytes = offset
  return places
}

/** Gives the room of a batch that was written in part back at once: on a full disk every other write waits for it. */
async function takeBack(
  { name, file, sizeBytes }: OpenPack,
  { root, log }: PackWriterOptions,
): Promise<void> {
  try {
    await file.truncate(sizeBytes)
    await file.close()
    if (sizeBytes === 0) await rm(packPath(root, name))
  } catch (error) {
    log.warn({ pack: name, err: describeError(error) }, 'half a batch stays in a pack that was given up')
  }
}

async function createPack(
  options: PackWriterOptions,
  firstNumber: number,
): Promise<{ pack: OpenPack; number: number }> {
  const month = options.clock.now().toISOString().slice(0, 7)
  for (let number = firstNumber; ; number++) {
    const name = `${month}/${options.instanceId}-${number}`
    const path = packPath(options.root, name)
    await mkdir(dirname(path), { recursive: true })
    const file = await createOrPassOver(path)
    if (file === null) continue
    // The names of the file, its month and the packs folder must survive a power cut as well.
    await syncFolders(dirname(path), options.root)
    const openedAtMs = options.clock.monotonicMs()
    return { pack: { name, file, sizeBytes: 0, openedAtMs, openedOn: options.clock.now() }, number }
  }
}

async function createOrPassOver(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'wx', 0o600)
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return null
    throw cause
  }
}

async function syncFolders(from: string, root: string): Promise<void> {
  for (let folder = from; ; folder = dirname(folder)) {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
    if (folder === root || folder === dirname(folder)) return
  }
}
