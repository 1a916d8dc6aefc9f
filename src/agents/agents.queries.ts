import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { Shortcuts } from '../shared/shortcuts.ts'
import type { AgentState, Language, Role } from '../shared/vocabulary.ts'

/** One agent with the mailboxes they were given (owners and admins reach all, whatever is listed). */
export type AgentRow = {
  id: number
  email: string
  name: string
  role: Role
  state: AgentState
  language: Language
  timeZone: string
  undoSeconds: number
  signature: string
  /** Null until they chose any. */
  shortcuts: Shortcuts | null
  mailboxIds: number[]
}

const agentColumns = sql<AgentRow>`
  a.id, a.email, a.name, a.role, a.state, a.language, a.time_zone as "timeZone",
  a.undo_seconds as "undoSeconds", a.signature, a.shortcuts,
  coalesce((select array_agg(am.mailbox_id order by am.mailbox_id) from agent_mailbox am
            where am.agent_id = a.id), '{}') as "mailboxIds"`

/** All agents by name; ordering for people is done by the reader in their language. */
export async function listAgentRows(db: Db): Promise<AgentRow[]> {
  const found = await sql<AgentRow>`select ${agentColumns} from agent a order by a.name, a.id`.execute(db)
  return found.rows
}

/** One agent by key. */
export async function findAgentRow(db: Db, agentId: number): Promise<AgentRow | undefined> {
  const found = await sql<AgentRow>`select ${agentColumns} from agent a where a.id = ${agentId}`.execute(db)
  return found.rows[0]
}

/** What signing in needs to know of an account; the address is compared in lower case. */
export async function findAccount(db: Db, email: string) {
  return await db
    .selectFrom('agent')
    .select(['id', 'state', 'password_hash', 'email'])
    .where('email', '=', email)
    .executeTakeFirst()
}

/** The stored hash of one agent's password. */
export async function findPasswordHash(db: Db, agentId: number): Promise<string | null> {
  const row = await db
    .selectFrom('agent')
    .select('password_hash')
    .where('id', '=', agentId)
    .executeTakeFirst()
  return row?.password_hash ?? null
}

/** Whether anybody was ever created: the first run ends with the first owner. */
export async function hasAnyAgent(db: Db): Promise<boolean> {
  const row = await db.selectFrom('agent').select('id').limit(1).executeTakeFirst()
  return row !== undefined
}

/** Holds the workspace row, so that two first owners or two last ones cannot be made at once. */
export async function lockWorkspace(tx: Tx): Promise<void> {
  await sql`select 1 from workspace where id = 1 for update`.execute(tx)
}

/** Adds an agent; the unique key on the address decides who was first. */
export async function insertAgent(
  tx: Tx,
  agent: {
    email: string
    name: string
    role: Role
    state: AgentState
    language: Language
    timeZone: string
    passwordHash: string | null
  },
): Promise<number> {
  const row = await tx
    .insertInto('agent')
    .values({
      email: agent.email,
      name: agent.name,
      role: agent.role,
      state: agent.state,
      language: agent.language,
      time_zone: agent.timeZone,
      password_hash: agent.passwordHash,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/** What may change on an agent. */
export type AgentChange = {
  name?: string | undefined
  role?: Role | undefined
  state?: AgentState | undefined
  language?: Language | undefined
  timeZone?: string | undefined
  undoSeconds?: number | undefined
  signature?: string | undefined
  shortcuts?: Shortcuts | undefined
  passwordHash?: string | undefined
}

/** Writes the named columns of one agent and leaves the others; `deactivated_at` follows the state. */
export async function changeAgent(tx: Tx, agentId: number, change: AgentChange): Promise<void> {
  const values = {
    name: change.name,
    role: change.role,
    state: change.state,
    language: change.language,
    time_zone: change.timeZone,
    undo_seconds: change.undoSeconds,
    signature: change.signature,
    shortcuts: change.shortcuts && JSON.stringify(change.shortcuts),
    password_hash: change.passwordHash,
    deactivated_at: change.state === undefined ? undefined : deactivatedAt(change.state),
  }
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
  if (Object.keys(given).length === 0) return
  await tx.updateTable('agent').set(given).where('id', '=', agentId).execute()
}

function deactivatedAt(state: AgentState) {
  return state === 'deactivated' ? sql<Date>`clock_timestamp()` : null
}

/**
 * Gives an agent exactly these mailboxes, and holds their row as who gives them a ticket does; unknown ids break the
 * foreign key.
 */
export async function replaceAgentMailboxes(
  tx: Tx,
  agentId: number,
  mailboxIds: readonly number[],
): Promise<void> {
  await sql`select 1 from agent where id = ${agentId} for no key update`.execute(tx)
  await tx.deleteFrom('agent_mailbox').where('agent_id', '=', agentId).execute()
  if (mailboxIds.length === 0) return
  const rows = [...new Set(mailboxIds)].map(mailboxId => ({ agent_id: agentId, mailbox_id: mailboxId }))
  await tx.insertInto('agent_mailbox').values(rows).execute()
}

/** How many owners can still sign in, besides one agent. */
export async function countOtherOwners(tx: Tx, agentId: number): Promise<number> {
  const row = await tx
    .selectFrom('agent')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('role', '=', 'owner')
    .where('state', '=', 'active')
    .where('id', '!=', agentId)
    .executeTakeFirstOrThrow()
  return row.count
}
