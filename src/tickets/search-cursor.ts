import { AppError } from '../lib/app-error.ts'
import type { SearchMode } from '../search/query-terms.ts'

/** A place among hits, newest first: microseconds since 1970, and what tells rows of one moment apart. */
export type SearchPlace = { atUs: number; ord: number }

/** A place as the opaque word the API hands out; the pages of one search find words in one way. */
export function writeSearchCursor(place: SearchPlace, mode: SearchMode): string {
  return Buffer.from(`${mode}.${place.atUs}.${place.ord}`).toString('base64url')
}

/**
 * Reads a cursor back.
 *
 * @throws AppError `bad-cursor` for anything writeSearchCursor did not make
 */
export function readSearchCursor(cursor: string): { place: SearchPlace; mode: SearchMode } {
  const text = Buffer.from(cursor, 'base64url').toString('latin1')
  const match = /^(whole|partial)\.(-?\d{1,16})\.(\d{1,16})$/.exec(text)
  const place = { atUs: Number(match?.[2]), ord: Number(match?.[3]) }
  if (!Number.isSafeInteger(place.atUs) || !Number.isSafeInteger(place.ord)) {
    throw new AppError('bad-cursor', 'the cursor is not one of ours')
  }
  return { place, mode: match?.[1] === 'partial' ? 'partial' : 'whole' }
}
