import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/** A newcomer nobody has decided on, with the sender of the mail that brought them: themselves, where they wrote it. */
export type ProposalRow = {
  address: string
  name: string | null
  byName: string | null
  byAddress: string | null
  isVouched: boolean
}

const maxShown = 50

/**
 * Who is proposed to a ticket, the first first. Vouched for is who was copied by one who belongs to the ticket and
 * is verified; any other copy says only what a mail says.
 */
export async function selectProposals(db: Db, ticketId: number): Promise<ProposalRow[]> {
  const { rows } = await sql<ProposalRow>`${kept}
    select p.address, p.name, m.from_name as "byName", m.from_address as "byAddress",
      coalesce(m.sender_grade = 'verified' and not m.is_newcomer and not m.is_unverified, false) as "isVouched"
    from participant p left join message m on m.id = p.message_id
    where p.ticket_id = ${ticketId} and p.kind = 'newcomer' and p.decided_at is null
    order by p.since, p.address limit ${maxShown}::integer`.execute(db)
  return rows
}

/** Decides on a newcomer; false where there is none of that address. */
export async function updateNewcomer(
  tx: Tx,
  decision: { ticketId: number; address: string; isAccepted: boolean; agentId: number },
): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update participant set kind = case when ${decision.isAccepted} then 'copied' else kind end,
      decided_at = clock_timestamp(), decided_by = ${decision.agentId}
    where ticket_id = ${decision.ticketId} and address = ${decision.address} and kind = 'newcomer'
      and (decided_at is null or ${decision.isAccepted})`.execute(tx)
  return numAffectedRows === 1n
}

/** An agent with the address they sign in by, or a connected mailbox with its address and its aliases. */
export type OneOfUs = { name: string; addresses: string[]; isAgent: boolean }

/** Names and addresses by which people know us. */
export async function selectUs(db: Db): Promise<OneOfUs[]> {
  const { rows } = await sql<OneOfUs>`${kept}
    select name, array[email] as addresses, true as "isAgent" from agent where state <> 'deactivated'
    union all select name, array_append(aliases, address), false from mailbox where removed_at is null`.execute(
    db,
  )
  return rows
}
