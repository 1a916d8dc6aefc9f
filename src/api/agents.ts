import type { Caller } from '../agents/can.ts'
import { getAgent, listAgents } from '../agents/get-agent.ts'
import { linkPath, type NewLink } from '../agents/links.ts'
import {
  deactivateAgent as deactivate,
  inviteAgent as invite,
  reactivateAgent as reactivate,
  renewInvitation as renew,
  updateAgent as update,
} from '../agents/manage-agents.ts'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { mailLink } from '../outbound/mail-link.ts'
import {
  deactivateAgent,
  type Invitation,
  inviteAgent,
  listAgents as listAgentsRoute,
  reactivateAgent,
  renewInvitation,
  updateAgent,
} from '../shared/agents.ts'
import { releaseWhereAbsent } from '../tickets/absent-assignees.ts'
import { type ApiServer, handle } from './handle.ts'

/** What the routes about agents work with. */
export type AgentNeeds = {
  db: Db
  keys: KeyRing
  bells: Bells
  baseUrl: string
}

/** Registers the list of agents, invitations, changes and deactivation. */
export function registerAgents(server: ApiServer, needs: AgentNeeds): void {
  registerInvitations(server, needs)
  registerChanges(server, needs)
}

function registerInvitations(server: ApiServer, { db, keys, baseUrl }: AgentNeeds): void {
  handle(server, listAgentsRoute, async ({ caller }) => {
    const agents = await listAgents(db)
    const data = caller.role === 'agent' ? agents.filter(agent => agent.state === 'active') : agents
    return { data }
  })
  handle(server, inviteAgent, async ({ caller, body }) => {
    const sendMail = body.sendMail ?? true
    const made = await inTransaction(db, async tx => {
      const invited = await invite(tx, keys, caller, body)
      const mailed = sendMail && (await mailLink(tx, { linkId: invited.link.id }))
      return { ...invited, mailed }
    })
    return await invitation(made.agentId, made.link, made.mailed)
  })
  handle(server, renewInvitation, async ({ caller, params }) => {
    const link = await inTransaction(db, tx => renew(tx, keys, caller, params.id))
    return await invitation(params.id, link, false)
  })

  async function invitation(agentId: number, link: NewLink, mailed: boolean): Promise<Invitation> {
    const agent = await getAgent(db, agentId)
    return { agent, link: baseUrl + linkPath('invitation', link.token), mailed }
  }
}

function registerChanges(server: ApiServer, { db, bells }: AgentNeeds): void {
  handle(server, updateAgent, async ({ caller, params, body }) => {
    const changed = await inTransaction(db, async tx => {
      const agent = await update(tx, caller, params.id, body)
      return { agent, unassignedTickets: await release(tx, caller, params.id) }
    })
    bells.ring('live')
    return changed
  })
  handle(server, deactivateAgent, async ({ caller, params }) => {
    const unassignedTickets = await inTransaction(db, async tx => {
      await deactivate(tx, caller, params.id)
      return await release(tx, caller, params.id)
    })
    bells.ring('live')
    return { agent: await getAgent(db, params.id), unassignedTickets }
  })
  handle(server, reactivateAgent, async ({ caller, params }) =>
    inTransaction(db, tx => reactivate(tx, caller, params.id)),
  )
}

function release(tx: Tx, { agentId }: Caller, assigneeId: number): Promise<number> {
  return releaseWhereAbsent(tx, { assigneeId, agentId })
}
