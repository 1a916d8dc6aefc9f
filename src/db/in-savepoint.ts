import { sql } from 'kysely'
import { AppError } from '../lib/app-error.ts'
import type { Tx } from './database.ts'

/**
 * Does one of several things of a transaction: where it is refused, what it wrote is taken back and the others stand.
 *
 * @returns the refusal, or undefined; any other failure ends the transaction
 */
export async function inSavepoint(tx: Tx, work: () => Promise<void>): Promise<AppError | undefined> {
  await sql`savepoint attempt`.execute(tx)
  try {
    await work()
    await sql`release savepoint attempt`.execute(tx)
    return undefined
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    await sql`rollback to savepoint attempt`.execute(tx)
    return error
  }
}
