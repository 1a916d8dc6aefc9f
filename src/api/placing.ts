import { type Db, inTransaction } from '../db/database.ts'
import type { Bells } from '../db/listen.ts'
import {
  dismissHint as dismissHintRoute,
  mergeTicket as mergeTicketRoute,
  moveMessage as moveMessageRoute,
  previewMerge as previewMergeRoute,
  previewSplit as previewSplitRoute,
  splitTicket as splitTicketRoute,
  takeForward as takeForwardRoute,
  undoForward as undoForwardRoute,
  undoMerge as undoMergeRoute,
  undoMove as undoMoveRoute,
} from '../shared/placing.ts'
import { checkBothSides } from '../tickets/check-both-sides.ts'
import { getMessagePlace, getTicketPlace } from '../tickets/get-ticket-place.ts'
import { mergeTickets } from '../tickets/merge-tickets.ts'
import { moveMessage, undoMove } from '../tickets/move-message.ts'
import { previewMerge } from '../tickets/preview-merge.ts'
import { previewSplit } from '../tickets/preview-split.ts'
import { splitMessages } from '../tickets/split-messages.ts'
import { dismissHint, getMessageOfHint } from '../tickets/ticket-hints.ts'
import { undoMerge } from '../tickets/undo-merge.ts'
import { takeForward, undoForward } from '../tickets/whose-forward.ts'
import { type ApiServer, handle } from './handle.ts'
import { presentCorrespondent, presentTicketRow } from './present.ts'

/**
 * Registers where things belong: moving and splitting messages, merging tickets, and taking it back. Both
 * sides of each are checked here, as neither may be in a mailbox the caller cannot see.
 */
export function registerPlacing(
  server: ApiServer,
  { db, bells }: { db: Db; bells: Pick<Bells, 'ring'> },
): void {
  handle(server, moveMessageRoute, async ({ caller, params, body }) => {
    const { messageId } = await getMessagePlace(db, caller, params.id)
    const to = body.toNumber === null ? null : await getTicketPlace(db, caller, body.toNumber)
    const wish = { messageId, toTicketId: to?.ticketId ?? null, agentId: caller.agentId }
    const moved = await inTransaction(db, tx => moveMessage(tx, wish))
    bells.ring('live')
    return moved
  })
  handle(server, previewSplitRoute, async ({ caller, params, query }) => {
    const { ticketId, number } = await getTicketPlace(db, caller, params.number)
    const preview = await previewSplit(db, { ticketId, number, messageIds: query.messageIds })
    return { ...preview, customer: preview.customer && presentCorrespondent(preview.customer) }
  })
  handle(server, splitTicketRoute, async ({ caller, params, body }) => {
    const { ticketId } = await getTicketPlace(db, caller, params.number)
    const wish = { ticketId, messageIds: body.messageIds, agentId: caller.agentId }
    const moved = await inTransaction(db, tx => splitMessages(tx, wish))
    bells.ring('live')
    return moved
  })
  handle(server, undoMoveRoute, async ({ caller, params }) => {
    await checkBothSides(db, caller, { moveId: params.id })
    const wish = { moveId: params.id, agentId: caller.agentId }
    const undone = await inTransaction(db, tx => undoMove(tx, wish))
    bells.ring('live')
    return undone
  })
  handle(server, previewMergeRoute, async ({ caller, params, query }) => {
    const merged = await getTicketPlace(db, caller, params.number)
    const survivor = await getTicketPlace(db, caller, query.intoNumber)
    const preview = await previewMerge(db, caller, {
      survivorId: survivor.ticketId,
      mergedId: merged.ticketId,
    })
    return {
      ...preview,
      survivor: presentTicketRow(preview.survivor),
      merged: presentTicketRow(preview.merged),
      joining: preview.joining.map(presentCorrespondent),
    }
  })
  handle(server, mergeTicketRoute, async ({ caller, params, body }) => {
    const merged = await getTicketPlace(db, caller, params.number)
    const survivor = await getTicketPlace(db, caller, body.intoNumber)
    const { agentId } = caller
    const wish = { survivorId: survivor.ticketId, mergedId: merged.ticketId, agentId }
    const { mergeId } = await inTransaction(db, tx => mergeTickets(tx, wish))
    bells.ring('live')
    return { mergeId, number: survivor.number }
  })
  handle(server, undoForwardRoute, async ({ caller, params }) => {
    const { messageId, ticketId } = await getMessagePlace(db, caller, params.id)
    await inTransaction(db, tx => undoForward(tx, { messageId, ticketId, agentId: caller.agentId }))
    bells.ring('live')
  })
  handle(server, takeForwardRoute, async ({ caller, params }) => {
    const { messageId, ticketId } = await getMessagePlace(db, caller, params.id)
    await inTransaction(db, tx => takeForward(tx, { messageId, ticketId, agentId: caller.agentId }))
    bells.ring('live')
  })
  handle(server, dismissHintRoute, async ({ caller, params }) => {
    const { ticketId } = await getMessagePlace(db, caller, await getMessageOfHint(db, params.id))
    await dismissHint(db, { hintId: params.id, ticketId, agentId: caller.agentId })
    bells.ring('live')
  })
  handle(server, undoMergeRoute, async ({ caller, params }) => {
    await checkBothSides(db, caller, { mergeId: params.id })
    const wish = { mergeId: params.id, agentId: caller.agentId }
    const undone = await inTransaction(db, tx => undoMerge(tx, wish))
    bells.ring('live')
    return undone
  })
}
