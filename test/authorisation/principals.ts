import { ROLES, type Role } from '../../src/shared/vocabulary.ts'

/** Somebody who asks: with a session that counts or not, in which role, and whether the closed mailbox is theirs to use. */
export type Principal = {
  role: Role | null
  isSignedIn: boolean
  mayUseMailbox: boolean
  /** Of the team that has the closed mailbox's tickets, or of another one. */
  team: 'its' | 'other' | null
}

const NOBODY = { role: null, isSignedIn: false, mayUseMailbox: false, team: null } as const
const AGENT = { role: 'agent', isSignedIn: true } as const

/**
 * Everybody the matrix asks as. `outsider` uses another mailbox alone; `teammate` is of the team whose tickets they are, which
 * gives nobody a mailbox; `former` could use it and had tickets, mentions and drafts there until a moment ago.
 */
export const PRINCIPALS = {
  nobody: NOBODY,
  expired: NOBODY,
  deactivated: NOBODY,
  outsider: { ...AGENT, mayUseMailbox: false, team: null },
  otherTeam: { ...AGENT, mayUseMailbox: false, team: 'other' },
  teammate: { ...AGENT, mayUseMailbox: false, team: 'its' },
  former: { ...AGENT, mayUseMailbox: false, team: null },
  insider: { ...AGENT, mayUseMailbox: true, team: 'its' },
  admin: { role: 'admin', isSignedIn: true, mayUseMailbox: true, team: null },
  owner: { role: 'owner', isSignedIn: true, mayUseMailbox: true, team: null },
} as const satisfies Record<string, Principal>

/** The name of one of them. */
export type PrincipalName = keyof typeof PRINCIPALS

/** The names, those who may least first. */
export const PRINCIPAL_NAMES = Object.keys(PRINCIPALS) as PrincipalName[]

/** Roles nobody asks as: a new one has to join the list above. */
export function rolesWithoutPrincipal(): Role[] {
  const asked = new Set<Role | null>(PRINCIPAL_NAMES.map(name => PRINCIPALS[name].role))
  return ROLES.filter(role => !asked.has(role))
}
