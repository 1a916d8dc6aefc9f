import { AppError } from '../lib/app-error.ts'

/** The last row of a page: a keyset over `(last_message_at desc, id desc)`, instant in microseconds. */
export type PagePlace = { atUs: number; id: number }

/** A place as the opaque word the API hands out. */
export function writeCursor(place: PagePlace): string {
  return Buffer.from(`${place.atUs}.${place.id}`).toString('base64url')
}

/**
 * Reads a cursor back.
 *
 * @throws AppError `bad-cursor` for anything writeCursor did not make
 */
export function readCursor(cursor: string): PagePlace {
  const match = /^(-?\d{1,16})\.(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString('latin1'))
  const [atUs, id] = [Number(match?.[1]), Number(match?.[2])]
  if (!Number.isSafeInteger(atUs) || !Number.isSafeInteger(id)) {
    throw new AppError('bad-cursor', 'the cursor is not one of ours')
  }
  return { atUs, id }
}
