import { AppError } from '../lib/app-error.ts'

/**
 * The last row of a page: in which part of the list, and a keyset over the column that part is sorted by
 * (an instant in microseconds) and the id.
 */
export type PagePlace = { part: number; atUs: number; id: number }

/** A place as the opaque word the API hands out. */
export function writeCursor({ part, atUs, id }: PagePlace): string {
  return Buffer.from(`${part}.${atUs}.${id}`).toString('base64url')
}

/**
 * Reads a cursor back.
 *
 * @param partCount of the list it is for
 * @throws AppError `bad-cursor` for anything writeCursor did not make
 */
export function readCursor(cursor: string, partCount: number): PagePlace {
  const match = /^(\d)\.(-?\d{1,16})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const [part, atUs, id] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])]
  if (!(part < partCount) || !Number.isSafeInteger(atUs) || !Number.isSafeInteger(id)) {
    throw new AppError('bad-cursor', 'the cursor is not one of ours')
  }
  return { part, atUs, id }
}
