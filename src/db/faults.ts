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

/** Whether a check constraint refused the row (23514). @param constraint its name */
export function isCheckViolation(error: unknown, constraint: string): boolean {
  return isViolation(error, '23514', constraint)
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
  if (!(error instanceof Error)) return false
  const code = 'code' in error ? String(error.code) : ''
  if (/^(08...|57P0[123]|53300)$/.test(code)) return true
  if (error instanceof DatabaseError) return false
  if (code === 'ENOENT') return 'syscall' in error && error.syscall === 'connect' // its socket, not some file
  if (/^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)$/.test(code)) return true
  return /^(Connection terminated|Client has encountered a connection error|timeout e(xceeded|xpired)|Query read timeout)/i.test(
    error.message,
  )
}

const OUT_OF_SPACE: readonly unknown[] = ['53100', 'ENOSPC', 'EDQUOT']

/** Whether a disk is full, that of Postgres (53100) or the one our bytes are on; also where the cause of a fault says so. */
export function isOutOfSpace(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  return ('code' in error && OUT_OF_SPACE.includes(error.code)) || isOutOfSpace(error.cause)
}

// SQLSTATE classes that say something of the server, not of what it was asked: connection, transaction
// state, rollback, resources, object in use, system error; and shutdown, but not a cancelled statement
// (57014), since one monstrous mail could make a statement run into its time limit for ever.
const NOT_OF_WHAT_WAS_ASKED = /^(08|25|40|53|55|57P|58)/

/**
 * Whether work failed for a reason that says nothing about what it was about: the database went away, is
 * out of a resource or keeps a lock too long, or other transactions changed under it what it needs, at every
 * try. The same work may succeed later as it is.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  if (isConnectionLoss(error) || isSerializationFault(error)) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && NOT_OF_WHAT_WAS_ASKED.test(code)
}

function isViolation(error: unknown, code: string, constraint: string | undefined): boolean {
  if (!(error instanceof DatabaseError) || error.code !== code) return false
  return constraint === undefined || error.constraint === constraint
}
