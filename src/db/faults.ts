import { DatabaseError } from 'pg'

/**
 * Whether a unique constraint or index refused the row (23505).
 *
 * @param constraint its name in the database; without it any unique constraint counts
 */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23505', constraint)
}

/** Whether a foreign key refused the row or its deletion (23503). @param constraint its name; without it any counts */
export function isForeignKeyViolation(error: unknown, constraint?: string): boolean {
  return isViolation(error, '23503', constraint)
}

/** Thrown inside a transaction that saw rows change under it: `inTransaction` runs it again. */
export class TransactionRestart extends Error {
  override readonly name = 'TransactionRestart'
}

/** Whether the whole transaction may simply run again: a deadlock (40P01), a serialization fault (40001) or our own word. */
export function isSerializationFault(error: unknown): boolean {
  if (error instanceof TransactionRestart) return true
  return error instanceof DatabaseError && (error.code === '40P01' || error.code === '40001')
}

/** Whether a lock was not free within `lock_timeout` (55P03). */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '55P03'
}

/** Whether a statement ran longer than `statement_timeout` (57014). */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === '57014'
}

/**
 * Whether Postgres could not be reached or went away: what was asked may or may not have been done.
 * SQLSTATE class 08, shutdown and start-up (57P01 to 57P03), no free connection (53300), and the
 * texts pg raises for a broken or awaited connection, which carry no code.
 */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof DatabaseError) return /^(08|57P0[123]$|53300$)/.test(error.code ?? '')
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(code))
    return true
  return /^(Connection terminated|Client has encountered a connection error|timeout e(xceeded|xpired)|Query read timeout)/i.test(
    error.message,
  )
}

function isViolation(error: unknown, code: string, constraint: string | undefined): boolean {
  if (!(error instanceof DatabaseError) || error.code !== code) return false
  return constraint === undefined || error.constraint === constraint
}
