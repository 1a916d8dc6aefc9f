import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { type AgentRow, findAgentRow, listAgentRows } from './agents.queries.ts'

/** One agent by key. @throws NotFound */
export async function getAgent(db: Db, agentId: number): Promise<AgentRow> {
  const row = await findAgentRow(db, agentId)
  if (!row) throw new NotFound('agent', { agentId })
  return row
}

/** All agents, active or not, by name. */
export function listAgents(db: Db): Promise<AgentRow[]> {
  return listAgentRows(db)
}
