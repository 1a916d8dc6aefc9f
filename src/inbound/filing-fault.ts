import { isConnectionLoss, isSerializationFault } from '../db/faults.ts'

// SQLSTATE classes that say something of the server, not of what it was asked: connection, transaction
// state, rollback, resources, object in use, system error; and shutdown, but not a cancelled statement
// (57014), since one monstrous mail could make a statement run into its time limit for ever.
const NOT_THE_MAILS_FAULT = /^(08|25|40|53|55|57P|58)/

/**
 * Whether filing failed for a reason that says nothing about the mail: the database went away, is
 * out of a resource or keeps a lock too long, or other transactions changed under it what it needs, at every
 * try. Such an attempt is not counted.
 */
export function isDatabaseTrouble(error: unknown): boolean {
  if (isConnectionLoss(error) || isSerializationFault(error)) return true
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return typeof code === 'string' && NOT_THE_MAILS_FAULT.test(code)
}
