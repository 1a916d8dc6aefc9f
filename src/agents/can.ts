import type { SavedReplyScope } from '../shared/template-variables.ts'
import type { Role } from '../shared/vocabulary.ts'

/** Who asks: a signed-in agent with what decides their rights. Owners and admins reach every mailbox. */
export type Caller = { agentId: number; role: Role; mailboxIds: 'all' | readonly number[] }

/** What somebody wants to do. A new kind of thing to protect is a new line here. */
export type Wish =
  | { wish: 'call-route'; access: 'anyone' | 'agent' | 'admin' | 'owner' }
  | { wish: 'use-mailbox'; mailboxId: number }
  | { wish: 'give-role'; role: Role }
  | { wish: 'change-agent'; agentRole: Role }
  | { wish: 'use-saved-reply'; scope: SavedReplyScope; ownerId: number; mailboxId: number | null }
  | { wish: 'change-saved-reply'; scope: SavedReplyScope; ownerId: number }
  | { wish: 'use-view'; isShared: boolean; ownerId: number }
  | { wish: 'change-view'; isShared: boolean; ownerId: number }

/**
 * Decides every access: HTTP routes, live events and attachment downloads all ask here.
 *
 * An admin may not touch an owner nor make one; only an owner may. Out of scope is answered as
 * "not found" by the caller of this function, so that nobody learns what exists.
 *
 * @param caller null is somebody who is not signed in
 */
export function can(caller: Caller | null, wish: Wish): boolean {
  if (wish.wish === 'call-route' && wish.access === 'anyone') return true
  if (!caller) return false
  switch (wish.wish) {
    case 'call-route':
      return rank(caller.role) >= rank(wish.access === 'anyone' ? 'agent' : wish.access)
    case 'use-mailbox':
      return caller.mailboxIds === 'all' || caller.mailboxIds.includes(wish.mailboxId)
    case 'give-role':
      return rank(caller.role) >= rank('admin') && rank(caller.role) >= rank(wish.role)
    case 'change-agent':
      return rank(caller.role) >= rank('admin') && rank(caller.role) >= rank(wish.agentRole)
    case 'use-saved-reply':
      return maySeeSavedReply(caller, wish)
    case 'change-saved-reply':
      // Somebody's own words are theirs alone, whoever the caller is.
      return wish.scope === 'mine' ? wish.ownerId === caller.agentId : rank(caller.role) >= rank('admin')
    case 'use-view':
    case 'change-view':
      return mayReachView(caller, wish)
  }
}

function maySeeSavedReply(caller: Caller, wish: Extract<Wish, { wish: 'use-saved-reply' }>): boolean {
  if (wish.scope === 'mine') return wish.ownerId === caller.agentId
  return wish.mailboxId === null || can(caller, { wish: 'use-mailbox', mailboxId: wish.mailboxId })
}

function mayReachView(caller: Caller, wish: Extract<Wish, { wish: 'use-view' | 'change-view' }>): boolean {
  if (wish.ownerId === caller.agentId) return true
  return wish.isShared && (wish.wish === 'use-view' || rank(caller.role) >= rank('admin'))
}

function rank(role: Role): number {
  return { agent: 1, admin: 2, owner: 3 }[role]
}
