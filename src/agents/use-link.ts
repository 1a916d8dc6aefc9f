import type { Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import type { Language } from '../shared/vocabulary.ts'
import { changeAgent } from './agents.queries.ts'
import { checkTimeZone } from './check-time-zone.ts'
import { getAgent } from './get-agent.ts'
import { spendLink } from './links.ts'
import { hashPassword } from './passwords.ts'
import { deleteSessions } from './sessions.queries.ts'

/** What somebody who follows an invitation or a reset link sets. */
export type LinkUse = {
  password: string
  name?: string | undefined
  language?: Language | undefined
  timeZone?: string | undefined
}

/**
 * Uses an invitation or a password-reset link: sets the password and ends every session of before.
 *
 * @returns the agent, who may now be signed in
 * @throws AppError `link-invalid` when unknown, used, expired, or the agent was deactivated meanwhile
 */
export async function acceptLink(tx: Tx, keys: KeyRing, token: string, use: LinkUse): Promise<number> {
  const link = await spendLink(tx, keys, token)
  if (link.agentId === null) throw new AppError('link-invalid', 'the link is for something else')
  const agent = await getAgent(tx, link.agentId)
  if (agent.state === 'deactivated') throw new AppError('link-invalid', 'this agent was deactivated')
  if (use.timeZone !== undefined) checkTimeZone(use.timeZone)
  const passwordHash = await hashPassword(use.password)
  const profile =
    link.purpose === 'invitation' ? { name: use.name, language: use.language, timeZone: use.timeZone } : {}
  await changeAgent(tx, agent.id, { ...profile, passwordHash, state: 'active' })
  await deleteSessions(tx, agent.id)
  return agent.id
}
