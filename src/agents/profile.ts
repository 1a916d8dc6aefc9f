import type { Db } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { type AgentRow, findAgentRow, hasAnyAgent, listAgentRows } from './agents.queries.ts'

/** One agent by key. @throws NotFound */
export async function getAgent(db: Db, agentId: number): Promise<AgentRow> {
  const row = await findAgentRow(db, agentId)
  if (!row) throw new NotFound('agent', { agentId })
  return row
}

/** The form an agent's address is stored and compared in: trimmed, ASCII letters in lower case. */
export function normalEmail(email: string): string {
  return email
    .trim()
    .normalize('NFC')
    .replace(/[A-Z]/g, letter => letter.toLowerCase())
}

/** Refuses a time zone this machine does not know. @throws AppError `bad-time-zone` */
export function checkTimeZone(timeZone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone })
  } catch (cause) {
    throw new AppError(
      'bad-time-zone',
      'unknown time zone, e.g. Europe/Sofia is one',
      { timeZone },
      { cause },
    )
  }
}

/** Whether the first run is over. */
export function hasOwner(db: Db): Promise<boolean> {
  return hasAnyAgent(db)
}

/** All agents, active or not, by name. */
export function listAgents(db: Db): Promise<AgentRow[]> {
  return listAgentRows(db)
}
