import type { Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import type { MailKind, PlacedBy } from '../shared/vocabulary.ts'
import { KIND_RULES } from './kind-rules.ts'
import { type ParticipantRow, selectMailboxAddresses } from './ticket-rows.queries.ts'

/** What of a message says who belongs to its ticket. */
export type Envelope = {
  direction: 'inbound' | 'outbound'
  kind: MailKind
  placedBy: PlacedBy
  isNewcomer: boolean
  from: Address | null
  to: readonly Address[]
  cc: readonly Address[]
  bcc: readonly Address[]
}

/** One who belongs to a ticket's exchange; `address` is in normal form (`addressKey`). */
export type Participant = { address: string; kind: ParticipantRow['kind'] }

/**
 * Whom a message brings into its ticket.
 *
 * The mail that opens a ticket brings its sender as the customer and whom it was sent to as copied.
 * A mail of a storm brings its sender alone: whom a flood copies stays outside.
 * A later mail brings at most its sender, as a newcomer: whom strangers copy in stays outside until
 * an agent writes to them (A20). Whom an agent addresses is copied. Our own addresses and the
 * senders of kinds without a correspondent (kind-rules.ts) never are participants.
 *
 * @param ownAddresses normal forms of all our mailboxes' addresses and aliases
 */
export function participantsOf(message: Envelope, ownAddresses: ReadonlySet<string>): Participant[] {
  const found = new Map<string, Participant>()
  const add = (kind: Participant['kind'], people: readonly Address[]) => {
    for (const person of people) {
      const address = addressKey(person.address)
      if (!ownAddresses.has(address) && !found.has(address)) found.set(address, { address, kind })
    }
  }
  const sender = message.from && KIND_RULES[message.kind].hasCorrespondent ? [message.from] : []
  if (message.direction === 'outbound') add('copied', [...message.to, ...message.cc, ...message.bcc])
  else if (message.isNewcomer) add('newcomer', sender)
  else if (message.placedBy === 'storm') add('customer', sender)
  else if (opensTicket(message)) {
    add('customer', sender)
    add('copied', [...message.to, ...message.cc])
  }
  return [...found.values()]
}

/** Whether a message is one that opened a ticket, by itself or by an agent's hand. */
export function opensTicket(message: Pick<Envelope, 'placedBy'>): boolean {
  return message.placedBy === 'no-ancestor' || message.placedBy === 'agent-split'
}

/** Everybody whom messages bring into their tickets, each once: whom an agent addressed is no newcomer. */
export function gatherParticipants(
  messages: readonly (Envelope & { ticketId: number })[],
  ownAddresses: ReadonlySet<string>,
): ParticipantRow[] {
  const byKey = new Map<string, ParticipantRow>()
  for (const message of messages) {
    for (const { address, kind } of participantsOf(message, ownAddresses)) {
      const key = `${message.ticketId} ${address}`
      const known = byKey.get(key)
      if (known && !(known.kind === 'newcomer' && kind === 'copied')) continue
      byKey.set(key, { ticket_id: message.ticketId, address, kind })
    }
  }
  return [...byKey.values()]
}

/** The normal forms of all our mailboxes' addresses and aliases, also of removed mailboxes. */
export async function listOwnAddresses(tx: Tx): Promise<ReadonlySet<string>> {
  return new Set((await selectMailboxAddresses(tx)).map(addressKey))
}
