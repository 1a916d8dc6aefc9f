import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { checkSignature } from '../lib/signature.ts'
import { type AgentChange, changeAgent, findAccount, findPasswordHash } from './agents.queries.ts'
import { mailLimits, spendAttempt } from './attempts.ts'
import { makeLink } from './links.ts'
import { hashPassword, isPasswordOf } from './passwords.ts'
import { checkTimeZone, normalEmail } from './profile.ts'
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

/**
 * Makes a reset link for an address and hands it to `mail` in the same transaction. An unknown address
 * answers the same and mails nobody.
 *
 * @throws AppError `too-many-attempts`
 */
export async function requestReset(
  { db, keys }: { db: Db; keys: KeyRing },
  given: { email: string; address: string },
  mail: (tx: Tx, link: { linkId: number }) => Promise<unknown>,
): Promise<void> {
  const email = normalEmail(given.email)
  await spendAttempt(db, mailLimits(email, given.address))
  const account = await findAccount(db, email)
  if (account?.state !== 'active') return
  await inTransaction(db, async tx => {
    const link = await makeLink(tx, keys, { purpose: 'password-reset', agentId: account.id })
    await mail(tx, { linkId: link.id })
  })
}
