import type { Db, Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import {
  deleteOldAnswers,
  insertAnswered,
  type NamedRequest,
  selectAnswered,
} from './answered-requests.queries.ts'

export type { NamedRequest } from './answered-requests.queries.ts'

/** Writes the answer down in the transaction of the act itself. */
export type RememberAnswer = (tx: Tx, resultId: number) => Promise<void>

/**
 * Acts once for each named request: the same key with the same request within 24 hours gets the result of
 * the first, also when both come at once, whatever node they reach. A refused request is not remembered.
 *
 * @param request null for a request without a key, which acts each time
 * @param act does it, and calls `remember` in its transaction with the id of what it made
 * @returns the id of what was made, then or now
 * @throws AppError `idempotency-key-reused` when the key was given to another request
 * @see draft-ietf-httpapi-idempotency-key-header
 */
export async function answerOnce(
  db: Db,
  request: NamedRequest | null,
  act: (remember: RememberAnswer) => Promise<number>,
): Promise<number> {
  if (request === null) return await act(async () => undefined)
  const known = await findAnswer(db, request)
  if (known !== undefined) return known
  try {
    return await act(async (tx, resultId) => {
      if (!(await insertAnswered(tx, request, resultId)))
        throw new OtherWasFaster('the same request was answered meanwhile')
    })
  } catch (error) {
    // Rolled back whole: the other has committed, else its row would not have been in the way.
    const answer = error instanceof OtherWasFaster ? await findAnswer(db, request) : undefined
    if (answer !== undefined) return answer
    throw error
  }
}

/** Deletes answers after 24 hours: the same key is another request by then. @returns how many */
export async function deleteExpiredAnswers(db: Db): Promise<number> {
  return await deleteOldAnswers(db)
}

/** Rolls the second of two equal requests back; the answer of the first is then read. */
class OtherWasFaster extends Error {}

async function findAnswer(db: Db, request: NamedRequest): Promise<number | undefined> {
  const known = await selectAnswered(db, request)
  if (known !== undefined) refuseReused(known.hash, request)
  return known?.resultId
}

/** @param knownHash what the key was used for @throws AppError `idempotency-key-reused` where that was another request */
export function refuseReused(knownHash: Buffer, request: NamedRequest): void {
  if (knownHash.equals(request.hash)) return
  throw new AppError('idempotency-key-reused', 'this Idempotency-Key was used for another request')
}
