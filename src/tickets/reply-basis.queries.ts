import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { Address } from '../mail/mail-types.ts'
import { OPENING_RULES } from '../shared/vocabulary.ts'
import { ANSWERED_KINDS } from './kind-rules.ts'
import type { OneOfUs } from './participants.queries.ts'
import { selectSidePeople } from './side-threads.queries.ts'

/** What decides the recipients. Addresses of participants are in their normal form, the others as in the mail. */
export type ReplyBasis = {
  /** The mail a reply answers: the one an agent chose, or the newest of somebody who belongs to the ticket, else ours. */
  answered: AnsweredEnvelope | null
  participants: ReplyParticipant[]
  /** Addresses and aliases of all connected mailboxes. */
  ownAddresses: string[]
  /** Of agents, as they sign in. */
  agentAddresses: string[]
}

/** Who wrote an answered mail and to whom. */
export type AnsweredEnvelope = {
  isChosen: boolean
  /** Of what is written with a third party: only its people get the reply. */
  sideThreadId: number | null
  direction: 'inbound' | 'outbound'
  from: Address | null
  to: Address[]
  cc: Address[]
  replyTo: Address[]
}

/** One of a ticket's exchange. `isAccepted`: an agent took them in, so answers go to them from then on. */
export type ReplyParticipant = {
  address: string
  name: string | null
  kind: 'customer' | 'copied' | 'newcomer'
  isAccepted: boolean
}

type Answered = Omit<AnsweredEnvelope, 'isChosen' | 'from'> & {
  fromName: string | null
  fromAddress: string | null
}

/** Whom the reply of a ticket that is there may go to. */
export async function selectReplyBasis(
  db: Db,
  ticketId: number,
  chosenId: number | null,
  us: readonly OneOfUs[],
): Promise<ReplyBasis> {
  const answered = await selectAnswered(db, ticketId, chosenId)
  const sideThreadId = answered?.sideThreadId ?? null
  const participants =
    sideThreadId === null
      ? await selectParticipants(db, ticketId)
      : await selectThirdParties(db, ticketId, sideThreadId)
  const addressesOf = (isAgent: boolean) =>
    us.filter(one => one.isAgent === isAgent).flatMap(one => one.addresses)
  return { answered, participants, ownAddresses: addressesOf(false), agentAddresses: addressesOf(true) }
}

/**
 * A person's mail goes before a robot's: an absence notice does not change whom we talk to. Of a sender who failed the
 * check only the mail that opened the ticket counts. What an agent forwarded is answered to whose mail it is, wherever
 * the agent wants answers to their own. Where nobody has written yet it is our own newest, one that was taken back only
 * where there is no other: whom it was meant for. A mail that an agent chose needs only be one that can be answered.
 */
async function selectAnswered(
  db: Db,
  ticketId: number,
  chosenId: number | null,
): Promise<AnsweredEnvelope | null> {
  const isAnswered =
    chosenId === null
      ? sql`side_thread_id is null and kind = any(${[...ANSWERED_KINDS]}::text[]) and from_address is not null
          and (direction = 'inbound' and not is_newcomer
            and (sender_grade is distinct from 'failed' or placed_by = any(${[...OPENING_RULES]}::text[]))
          or direction = 'outbound' and (author_id is not null or is_from_mail_program))`
      : sql`id = ${chosenId} and kind = any(${[...ANSWERED_KINDS]}::text[])`
  const { rows } = await sql<Answered>`${kept}
    select direction, side_thread_id as "sideThreadId", case when forwarded_address is null then from_name else forwarded_name end as "fromName",
      coalesce(forwarded_address, from_address) as "fromAddress", to_addresses as "to", cc_addresses as "cc",
      case when forwarded_address is null then reply_to_addresses else '[]' end as "replyTo"
    from message left join outbox o on o.message_id = message.id where ticket_id = ${ticketId} and ${isAnswered}
    order by (direction = 'inbound') desc, (kind = 'person') desc, (o.state is not distinct from 'cancelled'),
      received_at desc, id desc limit 1`.execute(db)
  const row = rows[0]
  if (row === undefined || row.fromAddress === null) return null
  const { fromName: name, fromAddress: address, ...envelope } = row
  return { ...envelope, isChosen: chosenId !== null, from: { name, address } }
}

async function selectParticipants(db: Db, ticketId: number): Promise<ReplyBasis['participants']> {
  const { rows } = await sql<ReplyParticipant>`${kept}
    select address, name, kind, kind = 'copied' and decided_at is not null as "isAccepted"
    from participant where ticket_id = ${ticketId} and kind <> 'newcomer' order by since, address`.execute(db)
  return rows
}

async function selectThirdParties(
  db: Db,
  ticketId: number,
  sideThreadId: number,
): Promise<ReplyBasis['participants']> {
  const people = await selectSidePeople(db, [ticketId])
  return people
    .filter(one => one.sideThreadId === sideThreadId)
    .map(({ address, name }) => ({ address, name, kind: 'copied', isAccepted: false }))
}

/**
 * Whom the exchange went to before the mail that is answered: sender and recipients of the newest other mail of
 * somebody who belongs, or of ours that was not taken back; nobody where there was none.
 */
export async function selectEarlierPeople(
  db: Db,
  ticketId: number,
  answered: { chosenId: number | null; sideThreadId: number | null },
): Promise<Address[]> {
  const { chosenId, sideThreadId } = answered
  const { rows } = await sql<{ from: Address | null; to: Address[]; cc: Address[] }>`
    select case when m.direction = 'outbound' then null else json_build_object(
        'name', coalesce(m.forwarded_name, m.from_name), 'address', coalesce(m.forwarded_address, m.from_address)) end as "from",
      m.to_addresses as "to", m.cc_addresses as "cc"
    from message m left join outbox o on o.message_id = m.id
    where m.ticket_id = ${ticketId} and m.kind = 'person' and m.side_thread_id is not distinct from ${sideThreadId}::bigint and o.state is distinct from 'cancelled' and not m.is_newcomer
      and (m.sender_grade is distinct from 'failed' or m.placed_by = any(${[...OPENING_RULES]}::text[]))
      and m.id is distinct from coalesce(${chosenId}::bigint, (
        select n.id from message n where n.ticket_id = ${ticketId} and n.direction = 'inbound' and n.kind = 'person' and n.side_thread_id is null
          and not n.is_newcomer and n.sender_grade is distinct from 'failed' order by n.received_at desc, n.id desc limit 1))
    order by m.received_at desc, m.id desc limit 1`.execute(db)
  const [row] = rows
  return row === undefined ? [] : [...(row.from === null ? [] : [row.from]), ...row.to, ...row.cc]
}
