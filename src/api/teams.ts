import { createTeam, listTeams, removeTeam, updateTeam } from '../agents/teams.ts'
import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import {
  createTeam as createTeamRoute,
  listTeams as listTeamsRoute,
  removeTeam as removeTeamRoute,
  updateTeam as updateTeamRoute,
} from '../shared/teams.ts'
import type { QueueCounter } from '../tickets/queue-counts.ts'
import { beginRelease, releaseAwaited } from '../tickets/release-tickets.ts'
import { type ApiServer, handle } from './handle.ts'

/** What the routes about teams work with. */
export type TeamNeeds = { db: Db; bells: Pick<Bells, 'ring'>; counter: Pick<QueueCounter, 'forget'> }

/** Registers the list of teams, and making, changing and removing them. */
export function registerTeams(server: ApiServer, { db, bells, counter }: TeamNeeds): void {
  handle(server, listTeamsRoute, async () => ({ data: await listTeams(db) }))
  handle(server, createTeamRoute, async ({ body }) => {
    const team = await inTransaction(db, tx => createTeam(tx, body))
    counter.forget()
    return team
  })
  handle(server, updateTeamRoute, async ({ caller, params, body }) => {
    const release = { teamId: params.id, agentId: caller.agentId }
    const team = await inTransaction(db, async tx => {
      const changed = await updateTeam(tx, params.id, body)
      if (body.mailboxIds !== undefined) await beginRelease(tx, release)
      return changed
    })
    if (body.mailboxIds !== undefined) {
      await releaseAwaited(db, release)
      bells.ring('live')
    }
    counter.forget()
    return team
  })
  handle(server, removeTeamRoute, async ({ caller, params }) => {
    const release = { teamId: params.id, agentId: caller.agentId }
    const releasedTickets = await inTransaction(db, async tx => {
      await removeTeam(tx, params.id)
      return await beginRelease(tx, release)
    })
    await releaseAwaited(db, release)
    counter.forget()
    bells.ring('live')
    return { releasedTickets }
  })
}
