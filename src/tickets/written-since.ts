import type { Tx } from '../db/database.ts'
import { hasCustomerMailSince, isFilledSince, type TakenBackAct } from './re-place.queries.ts'

/**
 * Whether a customer wrote to a locked ticket, or to one that it leads, since an act that is taken back, or a merge or a move
 * brought messages in: who takes it back must not hide them.
 *
 * @param act `afterMessageId`: the newest message when it was done
 */
export async function isWrittenToSince(
  tx: Tx,
  ticketId: number,
  act: TakenBackAct & { afterMessageId: number },
): Promise<boolean> {
  return (
    (await hasCustomerMailSince(tx, ticketId, act.afterMessageId)) || (await isFilledSince(tx, ticketId, act))
  )
}
