import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { Address } from '../mail/mail-types.ts'
import { OPENING_RULES } from '../shared/vocabulary.ts'
import { ANSWERED_KINDS } from './kind-rules.ts'

/** What decides the recipients. Addresses of participants are in their normal form, the others as in the mail. */
export type ReplyBasis = {
  /** The mail a reply answers: the newest of somebody who belongs to the ticket. */
  answered: { from: Address | null; to: Address[]; cc: Address[]; replyTo: Address[] } | null
  participants: ReplyParticipant[]
  /** Addresses and aliases of all connected mailboxes. */
  ownAddresses: string[]
}

/** One of a ticket's exchange. `isAccepted`: an agent took them in, so answers go to them from then on. */
export type ReplyParticipant = {
  address: string
  name: string | null
  kind: 'customer' | 'copied' | 'newcomer'
  isAccepted: boolean
}

type Answered = {
  fromName: string | null
  fromAddress: string | null
  to: Address[]
  cc: Address[]
  replyTo: Address[]
}

/** Whom a ticket's next reply may go to; undefined where there is no such ticket. */
export async function selectReplyBasis(db: Db, ticketId: number): Promise<ReplyBasis | undefined> {
  const ticket = await db.selectFrom('ticket').select('id').where('id', '=', ticketId).executeTakeFirst()
  if (ticket === undefined) return undefined
  const [answered, participants, ownAddresses] = await Promise.all([
    selectAnswered(db, ticketId),
    selectParticipants(db, ticketId),
    selectOwnAddresses(db),
  ])
  return { answered, participants, ownAddresses }
}

/**
 * A person's mail goes before a robot's: an absence notice does not change whom we talk to. Of a sender who
 * failed the check only the mail that opened the ticket counts. What an agent forwarded is answered to whose mail
 * it is, wherever the agent wants answers to their own.
 */
async function selectAnswered(db: Db, ticketId: number): Promise<ReplyBasis['answered']> {
  const { rows } = await sql<Answered>`
    select case when forwarded_address is null then from_name else forwarded_name end as "fromName",
      coalesce(forwarded_address, from_address) as "fromAddress", to_addresses as "to", cc_addresses as "cc",
      case when forwarded_address is null then reply_to_addresses else '[]' end as "replyTo"
    from message
    where ticket_id = ${ticketId} and direction = 'inbound' and not is_newcomer
      and (sender_grade is distinct from 'failed' or placed_by = any(${[...OPENING_RULES]}::text[]))
      and from_address is not null and kind = any(${[...ANSWERED_KINDS]}::text[])
    order by (kind = 'person') desc, received_at desc, id desc limit 1`.execute(db)
  const row = rows[0]
  if (row === undefined || row.fromAddress === null) return null
  const { fromName: name, fromAddress: address, to, cc, replyTo } = row
  return { from: { name, address }, to, cc, replyTo }
}

async function selectParticipants(db: Db, ticketId: number): Promise<ReplyBasis['participants']> {
  const { rows } = await sql<ReplyParticipant>`
    select address, name, kind, kind = 'copied' and decided_at is not null as "isAccepted"
    from participant where ticket_id = ${ticketId} and kind <> 'newcomer' order by since, address`.execute(db)
  return rows
}

async function selectOwnAddresses(db: Db): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    select unnest(array_append(aliases, address)) as address from mailbox where removed_at is null`.execute(
    db,
  )
  return rows.map(row => row.address)
}
