import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import { findReplyTokens } from '../mail/reply-token.ts'
import type { PlacedBy } from '../shared/vocabulary.ts'
import {
  ancestorsOf,
  type RefInView,
  type ThreadView,
  type TicketInView,
  type TokenInView,
  twinsInView,
} from './thread-view.ts'

/** One fact that says where a mail belongs. */
export type Evidence = {
  ticket: TicketInView
  placedBy: PlacedBy
  /** The message that is, or names, the id that decided. */
  evidenceId: number | null
  /** The side thread of that message, or of the token. */
  sideThreadId: number | null
  /** That id, or the address with the token. */
  ref: string
  /** By our token or an id of ours, which nobody guesses: who shows it has had a mail of this ticket. */
  isProven: boolean
}

/**
 * Everything that leads from a mail to a ticket, the strongest first: what the mails say that it
 * answers, nearest first; then the tokens of the addresses it was sent to.
 *
 * Of one id, the message that *is* it comes first, and counts where it is today: so what an agent
 * moved takes the answers to it along, even against the token in the id, which is of the old ticket.
 * Then the signed token in the id, accepted in the mailbox that issued it, in its ticket's present one
 * and in those of its twins; last a message that only names the id, as anybody can write one.
 *
 * @see docs/decisions/0009
 */
export function findEvidence(mail: ParsedMail, view: ThreadView): Evidence[] {
  const ids = ancestorsOf(mail)
  return [
    ...ids.flatMap(id => evidenceOfId(mail, id, view) ?? []),
    ...mail.recipientAddresses.flatMap(address => evidenceOfToken(address, ids, view) ?? []),
  ]
}

function evidenceOfId(mail: ParsedMail, id: string, view: ThreadView): Evidence | undefined {
  const known = id === mail.internetMessageId ? undefined : refOf(mail, id, view)
  const token = evidenceOfToken(id, [id], view)
  if (known === undefined) return token
  const isProven = token?.ticket === known.ticket
  if (known.owned && !isProven) return toEvidence(mail, id, known)
  return token ?? toEvidence(mail, id, known)
}

/** Of several messages with one id the one whose ticket the sender belongs to, else the first. */
export function refOf(mail: ParsedMail, id: string, view: ThreadView): RefInView | undefined {
  const ref = threadRef(id)
  const first = view.refs.get(ref)
  const namesakes = view.namesakes.get(ref) ?? []
  if (namesakes.length === 0 || (first && belongsTo(mail, first.ticket))) return first
  return namesakes.find(({ ticket }) => belongsTo(mail, ticket)) ?? first ?? namesakes[0]
}

/** Whether the sender is one of the people of a ticket, or of a side thread of it. */
export function belongsTo(mail: ParsedMail, ticket: TicketInView): boolean {
  const key = senderKey(mail)
  return (
    key !== null &&
    (ticket.participants.has(key) || [...ticket.sideThreads.values()].some(people => people.has(key)))
  )
}

/** Who wrote, as participants are kept; null for nobody. */
export function senderKey(mail: ParsedMail): string | null {
  return mail.from === null ? null : addressKey(mail.from.address)
}

function toEvidence(mail: ParsedMail, id: string, known: RefInView): Evidence {
  const placedBy = mail.inReplyTo.includes(id) ? 'in-reply-to' : 'references'
  const isProven = known.owned && known.isOurs
  const { ticket, messageId: evidenceId, sideThreadId } = known
  return { ticket, placedBy, evidenceId, sideThreadId, ref: id, isProven }
}

/** @param ids where a message of the token's ticket may be found, as the evidence to show */
function evidenceOfToken(text: string, ids: readonly string[], view: ThreadView): Evidence | undefined {
  for (const token of findReplyTokens([text])) {
    const known = view.tokens.get(token)
    if (!known) continue
    const ticket = ticketOfToken(known, view)
    if (ticket === undefined) continue
    const messageId = ticket === known.ticket ? known.messageId : null
    const named = ids.map(id => view.refs.get(threadRef(id))).find(ref => ref?.ticket === ticket)
    const evidenceId = named?.messageId ?? messageId
    const { sideThreadId } = known
    return { ticket, placedBy: 'reply-token', evidenceId, sideThreadId, ref: text, isProven: true }
  }
  return undefined
}

/** An answer to both mailboxes that names our mail alone belongs to this mailbox's twin of the ticket that wrote it. */
function ticketOfToken({ ticket, issuedBy }: TokenInView, view: ThreadView): TicketInView | undefined {
  if (issuedBy === view.mailboxId || ticket.mailboxId === view.mailboxId) return ticket
  return twinsInView(view, ticket).find(twin => twin.mailboxId === view.mailboxId)
}
