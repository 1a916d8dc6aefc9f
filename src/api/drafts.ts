import type { Db } from '../db/database.ts'
import {
  dropDraft as dropDraftRoute,
  findDraft as findDraftRoute,
  type SavedDraft,
  saveDraft as saveDraftRoute,
} from '../shared/drafts.ts'
import { getTicketPlace } from '../tickets/get-ticket-place.ts'
import { type DraftRow, dropDraft, findDraft, saveDraft } from '../tickets/save-draft.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers keeping, finding and dropping one's own draft on a ticket. */
export function registerDrafts(server: ApiServer, { db }: { db: Db }): void {
  handle(server, findDraftRoute, async ({ caller, params }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const draft = await findDraft(db, { ticketId, agentId: caller.agentId })
    return { draft: draft === undefined ? null : presentDraft(draft) }
  })
  handle(server, saveDraftRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const { revision, savedAt } = await saveDraft(db, { ...body, ticketId, agentId: caller.agentId })
    return { revision, savedAt: savedAt.toISOString() }
  })
  handle(server, dropDraftRoute, async ({ caller, params }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    await dropDraft(db, { ticketId, agentId: caller.agentId })
  })
}

function presentDraft({ content, revision, savedAt, uploads }: DraftRow): SavedDraft {
  return { ...content, uploads, revision, savedAt: savedAt.toISOString() }
}
