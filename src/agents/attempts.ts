import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { countAttempt, deleteWindows, uncountAttempt } from './attempts.queries.ts'

/** How often something may be tried in one window. */
export type AttemptLimit = { key: string; limit: number; windowMinutes: number }

const keptDays = 2 // longer than any window

/** Password tries: per account and per network, so that an outsider slows an account down but never locks it for good. */
export function signInLimits(email: string, address: string): AttemptLimit[] {
  return [
    { key: `sign-in|account|${email}`, limit: 10, windowMinutes: 15 },
    { key: `sign-in|network|${networkOf(address)}`, limit: 50, windowMinutes: 15 },
  ]
}

/** Mails that an outsider can cause: five an hour to one address. */
export function mailLimits(email: string, address: string): AttemptLimit[] {
  return [
    { key: `reset|account|${email}`, limit: 5, windowMinutes: 60 },
    { key: `reset|network|${networkOf(address)}`, limit: 50, windowMinutes: 60 },
  ]
}

/**
 * Counts a try before it is made; the count is one atomic statement, so parallel tries on several
 * nodes never get more than the limit.
 *
 * @throws AppError `too-many-attempts` with `retryAfterS`
 */
export async function spendAttempt(db: Db, limits: readonly AttemptLimit[]): Promise<void> {
  for (const limit of limits) {
    const { attempts, endsInS } = await countAttempt(db, limit.key, limit.windowMinutes)
    if (attempts <= limit.limit) continue
    throw new AppError('too-many-attempts', 'too many tries, wait a while', {
      retryAfterS: Math.max(1, endsInS),
    })
  }
}

/** Gives a try back that turned out to be right: only failures add up. */
export async function returnAttempt(db: Db, limits: readonly AttemptLimit[]): Promise<void> {
  for (const limit of limits) await uncountAttempt(db, limit.key, limit.windowMinutes)
}

/** Deletes counters of windows that are over. @returns how many */
export async function deleteExpiredAttempts(db: Db): Promise<number> {
  return await deleteWindows(db, keptDays)
}

/** An IPv4 /24 or an IPv6 /64: what one outsider usually has at hand. */
function networkOf(address: string): string {
  if (address.includes('.')) return address.split('.').slice(0, 3).join('.')
  return address.split(':').slice(0, 4).join(':')
}
