import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { getTicketRow } from './get-ticket.ts'
import { otherMailbox, survivorAfter } from './merge-tickets.ts'
import { selectJoining, selectMergeCounts } from './preview-merge.queries.ts'
import type { TicketListRow } from './ticket-list.queries.ts'

/** What a merge would do. `joining` would belong to the survivor and do not yet. */
export type MergePreview = {
  survivor: TicketListRow
  merged: TicketListRow
  messageCount: number
  noteCount: number
  joining: { name: string | null; address: string }[]
  stateAfter: TicketListRow['state']
  assigneeAfterId: number | null
  teamAfterId: number | null
}

/**
 * What merging one ticket into another would do, by the same rules as mergeTickets.
 *
 * @throws NotFound; AppError `same-ticket`, `other-mailbox`
 */
export async function previewMerge(
  db: Db,
  caller: Caller,
  wish: { survivorId: number; mergedId: number },
): Promise<MergePreview> {
  if (wish.survivorId === wish.mergedId) {
    throw new AppError('same-ticket', 'a ticket cannot be merged into itself')
  }
  const survivor = await getTicketRow(db, caller, wish.survivorId)
  const merged = await getTicketRow(db, caller, wish.mergedId)
  if (survivor.mailboxId !== merged.mailboxId) throw otherMailbox()
  const after = survivorAfter({ ...survivor, customerId: null }, { ...merged, customerId: null })
  return {
    survivor,
    merged,
    ...(await selectMergeCounts(db, wish.mergedId)),
    joining: await selectJoining(db, wish),
    stateAfter: after.state,
    assigneeAfterId: after.assigneeId,
    teamAfterId: after.teamId,
  }
}
