import type { Db } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import { selectProposals } from './participants.queries.ts'

/** One who may be taken into a ticket's exchange: they wrote into it, or a mail copied them. */
export type Proposal = Address & {
  /** Who copied them; null where they wrote themselves. */
  by: Address | null
  /** `by` belongs to the ticket and was verified. */
  isVouched: boolean
}

/** Who waits for an agent's word to belong to a ticket, at most 50. Nothing is sent to them meanwhile. */
export async function listProposals(db: Db, ticketId: number): Promise<Proposal[]> {
  const rows = await selectProposals(db, ticketId)
  return rows.map(({ address, name, byName, byAddress, isVouched }) => {
    const wroteSelf = byAddress === null || addressKey(byAddress) === address
    return {
      address,
      name,
      by: wroteSelf ? null : { name: byName, address: byAddress },
      isVouched: !wroteSelf && isVouched,
    }
  })
}
