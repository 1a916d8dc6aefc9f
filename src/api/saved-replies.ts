import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { offerSavedReplies as offer } from '../outbound/offer-saved-replies.ts'
import {
  changeSavedReply as change,
  countSavedReply as count,
  createSavedReply as create,
  listSavedReplies as list,
  removeSavedReply as remove,
  restoreSavedReply as restore,
} from '../outbound/saved-replies.ts'
import {
  changeSavedReply,
  countSavedReply,
  createSavedReply,
  listSavedReplies,
  offerSavedReplies,
  removeSavedReply,
  restoreSavedReply,
  type SavedReply,
} from '../shared/saved-replies.ts'
import { getTicketPlace } from '../tickets/get-ticket-place.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers saved replies: their page in the settings, and what the composer of a ticket offers. */
export function registerSavedReplies(server: ApiServer, { db }: { db: Db }): void {
  handle(server, listSavedReplies, async ({ caller }) => {
    return { data: (await list(db, caller)).map(row => present(caller, row)) }
  })
  handle(server, createSavedReply, async ({ caller, body }) =>
    present(caller, await create(db, caller, body)),
  )
  handle(server, changeSavedReply, async ({ caller, params, body }) =>
    present(caller, await change(db, caller, params.id, body)),
  )
  handle(server, removeSavedReply, async ({ caller, params }) => await remove(db, caller, params.id))
  handle(server, restoreSavedReply, async ({ caller, params }) =>
    present(caller, await restore(db, caller, params.id)),
  )
  handle(server, countSavedReply, async ({ caller, params }) => await count(db, caller, params.id))
  handle(server, offerSavedReplies, async ({ caller, params, query }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const { answeredMessageId = null } = query
    return { data: await offer(db, caller, { ticketId, answeredMessageId }) }
  })
}

type Listed = Awaited<ReturnType<typeof list>>[number]

function present(caller: Caller, { lastUsedAt, archivedAt, ...row }: Listed): SavedReply {
  return {
    ...row,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    isArchived: archivedAt !== null,
    isEditable: can(caller, { wish: 'change-saved-reply', ...row }),
  }
}
