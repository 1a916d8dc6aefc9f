import type { Tx } from '../db/database.ts'
import { lockFreeTwins, type TwinInHand } from './lock-twins.ts'
import type { TicketEvent } from './ticket-events.ts'
import { chooseLead, type TwinMail, type TwinSide } from './twin-rule.ts'
import { insertTwins, type TwinRow, updateLead } from './twins.queries.ts'

/** A mail that was just filed and may have copies in other mailboxes; `key` by twin-key.ts, in hex. */
export type MarkedMail = TwinMail & { key: string; ticketId: number; isOpener: boolean; receivedAt: Date }

/** What became of it: tickets that follow another one now, and the events of those that led before. */
export type JoinedTwins = { followerIds: Set<number>; events: TicketEvent[] }

/**
 * Enters filed mails as copies and makes their tickets twins of those that hold the other copies: the
 * last thing filing locks. The table's key decides the race of two mailboxes that are
 * filed at once: the second waits here until the first has committed, and finds it.
 *
 * One statement where no mail has a copy elsewhere, which is nearly always.
 *
 * @throws TransactionRestart where another transaction holds one of the other tickets
 */
export async function joinTwins(tx: Tx, mails: readonly MarkedMail[]): Promise<JoinedTwins> {
  const joined: JoinedTwins = { followerIds: new Set(), events: [] }
  if (mails.length === 0) return joined
  const byKey = new Map(mails.map(mail => [mail.key, mail]))
  const entered = await insertTwins(tx, [...byKey.values()].map(toRow))
  const met = entered.flatMap(first => {
    const mail = byKey.get(first.key)
    return mail === undefined || mail.ticketId === first.ticket_id ? [] : [{ mail, first }]
  })
  if (met.length === 0) return joined
  const ids = [...new Set(met.flatMap(({ mail, first }) => [mail.ticketId, first.ticket_id]))]
  const tickets = new Map((await lockFreeTwins(tx, ids)).map(ticket => [ticket.id, ticket]))
  for (const { mail, first } of met) await link(tx, tickets, mail, first, joined)
  return joined
}

async function link(
  tx: Tx,
  tickets: Map<number, TwinInHand>,
  mail: MarkedMail,
  first: TwinRow,
  joined: JoinedTwins,
): Promise<void> {
  const mine = sideOf(tickets, mail)
  const other = { ticketId: first.ticket_id, isOpener: first.is_opener, receivedAt: first.received_at }
  const theirs = sideOf(tickets, other)
  const leadId = chooseLead(mail, mine, theirs)
  if (leadId === undefined) return
  const members = [...membersOf(tickets, mine.lead.id), ...membersOf(tickets, theirs.lead.id)]
  await updateLead(
    tx,
    leadId,
    members.map(member => member.id),
  )
  const lead = tickets.get(leadId)
  for (const member of members) {
    member.twinOfId = member.id === leadId ? null : leadId
    member.state = lead?.state ?? member.state
    if (member.id !== leadId) joined.followerIds.add(member.id)
  }
  joined.followerIds.delete(leadId)
  const formerId = leadId === mine.lead.id ? theirs.lead.id : mine.lead.id
  const isNew = mail.isOpener && formerId === mail.ticketId
  if (!isNew) joined.events.push({ ticketId: formerId, kind: 'lead_given' })
}

function sideOf(
  tickets: ReadonlyMap<number, TwinInHand>,
  copy: { ticketId: number; isOpener: boolean; receivedAt: Date },
): TwinSide {
  const ticket = tickets.get(copy.ticketId)
  const lead = tickets.get(ticket?.twinOfId ?? copy.ticketId)
  if (lead === undefined) throw new RangeError('a ticket with a copy of a mail is not locked')
  return { ...copy, lead, mailboxIds: membersOf(tickets, lead.id).map(member => member.mailboxId) }
}

function membersOf(tickets: ReadonlyMap<number, TwinInHand>, leadId: number): TwinInHand[] {
  return [...tickets.values()].filter(({ id, twinOfId }) => (twinOfId ?? id) === leadId)
}

function toRow(mail: MarkedMail): TwinRow {
  return {
    key: mail.key,
    ticket_id: mail.ticketId,
    is_opener: mail.isOpener,
    received_at: mail.receivedAt,
  }
}
