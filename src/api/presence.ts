import type { Db } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import { announcePresence } from '../shared/presence.ts'
import { getPresentPlace } from '../tickets/get-ticket-place.ts'
import { announcePresence as announce, endPresence } from '../tickets/presence.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers what a tab says of itself; who is where is told by the live feed. */
export function registerPresence(server: ApiServer, parts: { db: Db; bells: Bells }): void {
  handle(server, announcePresence, async ({ caller, params, body }) => {
    const { agentId } = caller
    if (body.number === null) return await endPresence(parts, agentId, params.tab)
    const { ticketId } = await getPresentPlace(parts.db, caller, body.number)
    await announce(parts, { agentId, tab: params.tab, ticketId, doing: body.doing })
  })
}
