import { type Db, inTransaction } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { checkSignature } from '../lib/signature.ts'
import { type AgentChange, changeAgent, findPasswordHash } from './agents.queries.ts'
import { spendAttempt } from './attempts.ts'
import { checkTimeZone } from './check-time-zone.ts'
import { hashPassword, isPasswordOf } from './passwords.ts'
import { deleteSession, deleteSessions, listSessionRows } from './sessions.queries.ts'
import { checkShortcuts } from './shortcuts.ts'

/** Changes what an agent may change of themselves. @throws AppError `bad-time-zone`, `bad-template`, `bad-shortcut` */
export async function updateOwnProfile(
  db: Db,
  agentId: number,
  change: Pick<AgentChange, 'name' | 'language' | 'timeZone' | 'undoSeconds' | 'signature' | 'shortcuts'>,
): Promise<void> {
  if (change.timeZone !== undefined) checkTimeZone(change.timeZone)
  if (change.signature !== undefined) checkSignature('agent', change.signature)
  if (change.shortcuts !== undefined) checkShortcuts(change.shortcuts)
  await inTransaction(db, tx => changeAgent(tx, agentId, change))
}

/**
 * Changes the own password and ends every other session.
 *
 * @throws AppError `wrong-credentials` when the current one does not fit; counted like a sign-in
 */
export async function changeOwnPassword(
  db: Db,
  session: { agentId: number; sessionId: number },
  given: { current: string; next: string },
): Promise<void> {
  await spendAttempt(db, [{ key: `password|${session.agentId}`, limit: 10, windowMinutes: 15 }])
  const fits = await isPasswordOf(await findPasswordHash(db, session.agentId), given.current)
  if (!fits) throw new AppError('wrong-credentials', 'the current password is wrong')
  const passwordHash = await hashPassword(given.next)
  await inTransaction(db, async tx => {
    await changeAgent(tx, session.agentId, { passwordHash })
    await deleteSessions(tx, session.agentId, { exceptId: session.sessionId })
  })
}

/** The own sessions, newest first. */
export function listOwnSessions(db: Db, agentId: number) {
  return listSessionRows(db, agentId)
}

/** Ends one of the own sessions. @throws NotFound */
export async function endOwnSession(db: Db, agentId: number, sessionId: number): Promise<void> {
  const ended = await deleteSession(db, agentId, sessionId)
  if (ended === 0) throw new NotFound('session', { sessionId })
}
