import type { Tx } from '../db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../db/faults.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError } from '../lib/app-error.ts'
import type { Language, Role } from '../shared/vocabulary.ts'
import {
  type AgentChange,
  type AgentRow,
  changeAgent,
  countOtherOwners,
  findPasswordHash,
  insertAgent,
  lockWorkspace,
  replaceAgentMailboxes,
} from './agents.queries.ts'
import { type Caller, can } from './can.ts'
import { getAgent } from './get-agent.ts'
import { makeLink, type NewLink } from './links.ts'
import { normalEmail } from './normal-email.ts'
import { deleteSessions } from './sessions.queries.ts'

/** Somebody to be invited. */
export type Invitee = {
  email: string
  name: string
  role: Role
  language: Language
  mailboxIds: readonly number[]
}

/**
 * Adds an agent who sets their password by a link: 72 hours, single use.
 *
 * @throws AppError `email-taken`, `unknown-mailbox`, `no-permission` (only an owner makes an owner)
 */
export async function inviteAgent(
  tx: Tx,
  keys: KeyRing,
  caller: Caller,
  invitee: Invitee,
): Promise<{ agentId: number; link: NewLink }> {
  if (!can(caller, { wish: 'give-role', role: invitee.role })) throw noPermission()
  const agentId = await insertInvited(tx, invitee)
  await setMailboxes(tx, agentId, invitee.mailboxIds)
  return { agentId, link: await makeLink(tx, keys, { purpose: 'invitation', agentId }) }
}

/** Makes a new invitation link for somebody who has not accepted yet. @throws AppError `not-invited` */
export async function renewInvitation(
  tx: Tx,
  keys: KeyRing,
  caller: Caller,
  agentId: number,
): Promise<NewLink> {
  const agent = await getChangeable(tx, caller, agentId)
  if (agent.state !== 'invited')
    throw new AppError('not-invited', 'this agent has accepted already', { agentId })
  return await makeLink(tx, keys, { purpose: 'invitation', agentId })
}

/**
 * Changes name, role or mailboxes. The tickets of mailboxes they lose are the caller's to release.
 *
 * @throws AppError `last-owner` when nobody would be left to own the desk; `no-permission`, `unknown-mailbox`
 */
export async function updateAgent(
  tx: Tx,
  caller: Caller,
  agentId: number,
  change: { name?: string | undefined; role?: Role | undefined; mailboxIds?: readonly number[] | undefined },
): Promise<AgentRow> {
  const agent = await getChangeable(tx, caller, agentId)
  if (change.role !== undefined && change.role !== agent.role)
    await changeRole(tx, caller, agent, change.role)
  const columns: AgentChange = { name: change.name }
  await changeAgent(tx, agentId, columns)
  if (change.mailboxIds) await setMailboxes(tx, agentId, change.mailboxIds)
  return await getAgent(tx, agentId)
}

/** Ends an agent's sessions and lets them in no more. Their tickets are the caller's to release. @throws AppError `last-owner` */
export async function deactivateAgent(tx: Tx, caller: Caller, agentId: number): Promise<void> {
  const agent = await getChangeable(tx, caller, agentId)
  if (agent.role === 'owner') await refuseLastOwner(tx, agentId)
  await changeAgent(tx, agentId, { state: 'deactivated' })
  await deleteSessions(tx, agentId)
}

/** Lets a deactivated agent sign in again; one who never accepted is invited again. */
export async function reactivateAgent(tx: Tx, caller: Caller, agentId: number): Promise<AgentRow> {
  await getChangeable(tx, caller, agentId)
  const hasAccepted = (await findPasswordHash(tx, agentId)) !== null
  await changeAgent(tx, agentId, { state: hasAccepted ? 'active' : 'invited' })
  return await getAgent(tx, agentId)
}

async function getChangeable(tx: Tx, caller: Caller, agentId: number): Promise<AgentRow> {
  await lockWorkspace(tx)
  const agent = await getAgent(tx, agentId)
  if (!can(caller, { wish: 'change-agent', agentRole: agent.role })) throw noPermission()
  return agent
}

async function changeRole(tx: Tx, caller: Caller, agent: AgentRow, role: Role): Promise<void> {
  if (!can(caller, { wish: 'give-role', role })) throw noPermission()
  if (agent.role === 'owner') await refuseLastOwner(tx, agent.id)
  await changeAgent(tx, agent.id, { role })
}

async function refuseLastOwner(tx: Tx, agentId: number): Promise<void> {
  if ((await countOtherOwners(tx, agentId)) > 0) return
  throw new AppError('last-owner', 'the last owner cannot be removed: make somebody else an owner first', {
    agentId,
  })
}

async function insertInvited(tx: Tx, invitee: Invitee): Promise<number> {
  const { name, role, language } = invitee
  const email = normalEmail(invitee.email)
  try {
    return await insertAgent(tx, {
      email,
      name,
      role,
      language,
      state: 'invited',
      timeZone: 'UTC',
      passwordHash: null,
    })
  } catch (cause) {
    if (!isUniqueViolation(cause)) throw cause
    throw new AppError('email-taken', 'an agent with this address exists', {}, { cause })
  }
}

async function setMailboxes(tx: Tx, agentId: number, mailboxIds: readonly number[]): Promise<void> {
  try {
    await replaceAgentMailboxes(tx, agentId, mailboxIds)
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause
    throw new AppError('unknown-mailbox', 'one of the mailboxes does not exist', {}, { cause })
  }
}

function noPermission(): AppError {
  return new AppError('no-permission', 'only an owner may do this')
}
