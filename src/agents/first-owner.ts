import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import type { Language } from '../shared/vocabulary.ts'
import { hasAnyAgent, insertAgent, lockWorkspace } from './agents.queries.ts'
import { linkPath, makeLink, spendLink } from './links.ts'
import { normalEmail } from './normal-email.ts'
import { hashPassword } from './passwords.ts'

/**
 * Makes the one-time link that lets another machine create the first owner.
 *
 * @returns its path, to be printed in the log, or undefined when there is an owner already
 */
export async function makeSetupPath(db: Db, keys: KeyRing): Promise<string | undefined> {
  return await inTransaction(db, async tx => {
    await lockWorkspace(tx)
    if (await hasAnyAgent(tx)) return undefined
    const link = await makeLink(tx, keys, { purpose: 'setup', agentId: null })
    return linkPath('setup', link.token)
  })
}

/** Whether the first run is over: nobody is an agent before the first owner is. */
export async function isSetUp(db: Db): Promise<boolean> {
  return await hasAnyAgent(db)
}

/** Who becomes the first owner, and how they prove that they may. */
export type FirstOwner = {
  name: string
  email: string
  password: string
  language: Language
  timeZone: string
  /** null only where the request came from this very machine. */
  token: string | null
}

/**
 * Creates the first owner; of two at once one wins.
 *
 * @throws AppError `already-set-up`, or `link-invalid` for a wrong token
 */
export async function createFirstOwner(tx: Tx, keys: KeyRing, owner: FirstOwner): Promise<number> {
  await lockWorkspace(tx)
  if (await hasAnyAgent(tx)) throw new AppError('already-set-up', 'there is an owner already: sign in')
  if (owner.token !== null) await spendSetupLink(tx, keys, owner.token)
  return await insertAgent(tx, {
    email: normalEmail(owner.email),
    name: owner.name,
    role: 'owner',
    state: 'active',
    language: owner.language,
    timeZone: owner.timeZone,
    passwordHash: await hashPassword(owner.password),
  })
}

async function spendSetupLink(tx: Tx, keys: KeyRing, token: string): Promise<void> {
  const link = await spendLink(tx, keys, token)
  if (link.purpose !== 'setup') throw new AppError('link-invalid', 'the link is for something else')
}
