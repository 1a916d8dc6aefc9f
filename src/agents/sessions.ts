import type { Db, Tx } from '../db/database.ts'
import { findByToken, type KeyRing } from '../db/key-ring.ts'
import { hashToken, newToken } from '../lib/secrets.ts'
import type { Role } from '../shared/vocabulary.ts'
import { deleteEndedSessions, findSessionRow, insertSession, touchSession } from './sessions.queries.ts'

// A month without a visit ends a session; each visit moves the end.
const sessionDays = 30

/** A session just started: the token goes into the cookie and is kept nowhere else. */
export type NewSession = { sessionId: number; token: string; csrfToken: string }

/** Starts a session in the transaction that decided it. A new one is made at every sign-in: no fixation. */
export async function startSession(
  tx: Tx,
  keys: KeyRing,
  from: { agentId: number; userAgent: string; address: string },
): Promise<NewSession> {
  const token = newToken()
  const csrfToken = newToken()
  const sessionId = await insertSession(tx, {
    tokenHash: hashToken(keys.active('sessions').secret, token),
    csrfToken,
    agentId: from.agentId,
    userAgent: from.userAgent.slice(0, 300),
    address: from.address.slice(0, 64),
    days: sessionDays,
  })
  return { sessionId, token, csrfToken }
}

/**
 * Finds the live session of a cookie's token. Asked anew for each request, so a session that was
 * ended or an agent who was deactivated is out at once.
 *
 * @returns undefined for an unknown, expired or ended session
 */
export async function findSession(
  db: Db,
  keys: KeyRing,
  token: string,
): Promise<
  | { sessionId: number; csrfToken: string; agentId: number; role: Role; mailboxIds: 'all' | number[] }
  | undefined
> {
  const row = await findByToken({ db, keys }, { purpose: 'sessions', token }, hashes =>
    findSessionRow(db, hashes),
  )
  if (row === undefined) return undefined
  if (row.isStale) await touchSession(db, row.sessionId, sessionDays)
  const { sessionId, csrfToken, agentId, role } = row
  return { sessionId, csrfToken, agentId, role, mailboxIds: role === 'agent' ? row.mailboxIds : 'all' }
}

/** Deletes sessions nobody came back to. Safe at any time and on several nodes at once. @returns how many */
export async function deleteExpiredSessions(db: Db): Promise<number> {
  return await deleteEndedSessions(db)
}
