import type { Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import type { MailKind, PlacedBy } from '../shared/vocabulary.ts'
import { KIND_RULES } from './kind-rules.ts'
import { type ParticipantRow, selectMailboxAddresses } from './ticket-rows.queries.ts'

/** What of a message says who belongs to its ticket. */
export type Envelope = {
  direction: 'inbound' | 'outbound'
  kind: MailKind
  placedBy: PlacedBy
  isNewcomer: boolean
  /** Null for what we sent. */
  sender: Pick<SenderVerdict, 'grade'> | null
  from: Address | null
  /** Whose mail an agent forwarded. */
  forwardedFrom?: Address | null
  /** Set for what is written with a third party. */
  sideThreadId?: number | 'own' | null
  to: readonly Address[]
  cc: readonly Address[]
  bcc: readonly Address[]
}

/** One who belongs to a ticket's exchange or is proposed to; `address` is in normal form (`addressKey`). */
export type Participant = { address: string; name: string | null; kind: ParticipantRow['kind'] }

const MAX_PROPOSED = 20 // by one mail; a longer list is no exchange that an agent could look over

/**
 * Whom a message brings into its ticket.
 *
 * The mail that opens a ticket brings its sender as the customer and whom it was sent to as copied. A mail of a storm
 * brings its sender alone: whom a flood copies stays outside. A later mail only proposes: its sender where they are
 * new, and whom it copies in. A newcomer gets nothing until an agent accepts or writes to them. A mail whose sender
 * failed the check proposes nobody, and where it opens a ticket whom it copies in is proposed as well. Whom an agent
 * addresses is copied; the first of those a ticket is begun by is its customer. A mail that an agent forwarded brings
 * whose mail it is, and nobody else whom the agent wrote to. A mail of a side thread brings nobody: its people are
 * never the customer's. Our own addresses and the senders of kinds without a correspondent (kind-rules.ts) never are
 * participants.
 *
 * @param ownAddresses normal forms of all our mailboxes' addresses and aliases
 */
export function participantsOf(message: Envelope, ownAddresses: ReadonlySet<string>): Participant[] {
  const found = new Map<string, Participant>()
  for (const { person, kind } of broughtBy(message)) {
    const address = addressKey(person.address)
    if (!ownAddresses.has(address) && !found.has(address))
      found.set(address, { address, name: person.name, kind })
  }
  return [...found.values()]
}

type Brought = { person: Address; kind: Participant['kind'] }

function broughtBy(message: Envelope): Brought[] {
  if (message.sideThreadId != null) return []
  if (message.forwardedFrom)
    return as(opensTicket(message) ? 'customer' : 'newcomer', [message.forwardedFrom])
  const { hasCorrespondent, asksForAnswer } = KIND_RULES[message.kind]
  const sender = message.from && hasCorrespondent ? [message.from] : []
  const others = [...message.to, ...message.cc]
  if (message.direction === 'outbound') return fromUs(message, [...others, ...message.bcc])
  if (message.placedBy === 'storm') return as('customer', sender)
  return fromOutside(message, { sender, others, asksForAnswer })
}

/** Of a mail by which an agent began the ticket the first it goes to is the customer. */
function fromUs({ placedBy }: Envelope, people: readonly Address[]): Brought[] {
  if (placedBy !== 'agent-opened') return as('copied', people)
  return [...as('customer', people.slice(0, 1)), ...as('copied', people.slice(1))]
}

function fromOutside(
  message: Envelope,
  people: { sender: readonly Address[]; others: readonly Address[]; asksForAnswer: boolean },
): Brought[] {
  const { sender, others, asksForAnswer } = people
  const isFailed = message.sender?.grade === 'failed'
  const proposed = as('newcomer', others.slice(0, MAX_PROPOSED))
  if (opensTicket(message)) {
    return [...as('customer', sender), ...(isFailed ? proposed : as('copied', others))]
  }
  if (isFailed) return []
  return [...(message.isNewcomer ? as('newcomer', sender) : []), ...(asksForAnswer ? proposed : [])]
}

function as(kind: Participant['kind'], people: readonly Address[]): Brought[] {
  return people.map(person => ({ person, kind }))
}

/** Whether a message is one that opened a ticket, by itself or by an agent's hand. */
function opensTicket(message: Pick<Envelope, 'placedBy'>): boolean {
  return message.placedBy === 'no-ancestor' || message.placedBy === 'agent-split'
}

/** Everybody whom messages bring into their tickets, each once: whom an agent addressed is no newcomer. */
export function gatherParticipants(
  messages: readonly (Envelope & { id: number; ticketId: number })[],
  ownAddresses: ReadonlySet<string>,
): ParticipantRow[] {
  const byKey = new Map<string, ParticipantRow>()
  for (const message of messages) {
    for (const { address, kind, name } of participantsOf(message, ownAddresses)) {
      const key = `${message.ticketId} ${address}`
      const known = byKey.get(key)
      if (known && !(known.kind === 'newcomer' && kind === 'copied')) continue
      byKey.set(key, { ticket_id: message.ticketId, address, kind, name, message_id: message.id })
    }
  }
  return [...byKey.values()]
}

/** The normal forms of all our mailboxes' addresses and aliases, also of removed mailboxes. */
export async function listOwnAddresses(tx: Tx): Promise<ReadonlySet<string>> {
  return new Set((await selectMailboxAddresses(tx)).map(addressKey))
}
