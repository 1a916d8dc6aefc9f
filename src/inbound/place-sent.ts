import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import type { PlacedBy } from '../shared/vocabulary.ts'
import { type Evidence, findEvidence } from './find-evidence.ts'
import { enterIntoView, type ThreadView, type TicketInView } from './thread-view.ts'

/** Where a mail from Sent belongs and why. */
export type SentPlace = {
  ticket: TicketInView
  placedBy: PlacedBy
  evidenceId: number | null
  ref: string | null
  /** `own`: it begins a side thread, as it was handed on to somebody outside of the customer's exchange. */
  sideThreadId: number | 'own' | null
  /** Further tickets that its ids lie in; at most five. */
  bridges: TicketInView[]
}

/** Who wrote a message and where they want to be answered, in normal form. */
export type Correspondents = ReadonlyMap<number, ReadonlySet<string>>

const MAX_BRIDGES = 5

/**
 * The ticket that a mail from Sent continues: by what it answers, nearest first, else by its own id, where an answer to
 * it came before it. Undefined where nothing known leads to one: Sent never opens a ticket (docs/decisions/0040).
 *
 * The view knows it afterwards as ours.
 *
 * @param correspondents of the messages that may be the evidence
 */
export function placeSent(
  { mail, messageId }: { mail: ParsedMail; messageId: number },
  view: ThreadView,
  correspondents: Correspondents,
): SentPlace | undefined {
  const found = [...findEvidence(mail, view), ...namedBefore(mail, view)]
  const [match] = found
  if (match === undefined) return undefined
  const { ticket, placedBy, evidenceId, ref } = match
  const sideThreadId = circleOf(mail, match, view, correspondents)
  const bridges = [...new Set(found.map(one => one.ticket))].filter(one => one !== ticket)
  const kept = { ticket, placedBy, evidenceId, ref, sideThreadId, bridges: bridges.slice(0, MAX_BRIDGES) }
  enterIntoView(view, {
    mail,
    messageId,
    ticket,
    sideThreadId: sideThreadId === 'own' ? messageId : sideThreadId,
    envelope: {
      direction: 'outbound',
      kind: 'person',
      placedBy,
      isNewcomer: false,
      sender: null,
      sideThreadId,
      from: mail.from,
      to: mail.to,
      cc: mail.cc,
      bcc: [],
    },
  })
  return kept
}

type Match = Omit<Evidence, 'ref' | 'isProven'> & { ref: string | null }

/** A customer's mail that names it came first. */
function namedBefore(mail: ParsedMail, view: ThreadView): Match[] {
  const id = mail.internetMessageId
  const known = id === null ? undefined : view.refs.get(threadRef(id))
  if (known === undefined) return []
  const { ticket, messageId: evidenceId, sideThreadId } = known
  return [{ ticket, placedBy: 'named-before', evidenceId, sideThreadId, ref: id }]
}

/**
 * Between whom it is. A mail program's forward names the customer's mail just as an answer does: what goes to nobody of
 * the exchange is no answer, and whom it went to must not get the customer's mail from then on.
 */
function circleOf(
  mail: ParsedMail,
  { ticket, evidenceId, sideThreadId }: Match,
  view: ThreadView,
  correspondents: Correspondents,
): number | 'own' | null {
  const written = [...mail.to, ...mail.cc].map(({ address }) => addressKey(address))
  const people = written.filter(address => !view.ownAddresses.has(address))
  const isWith = (circle: ReadonlySet<string> | undefined) => people.some(one => circle?.has(one) === true)
  if (sideThreadId !== null && isWith(ticket.sideThreads.get(sideThreadId))) return sideThreadId
  const isWithCustomer = isWith(ticket.participants) || isWith(correspondents.get(evidenceId ?? 0))
  if (isWithCustomer || people.length === 0) return null
  const theirs = [...ticket.sideThreads].filter(([, circle]) => isWith(circle)).map(([id]) => id)
  return theirs.length === 0 ? (sideThreadId ?? 'own') : Math.max(...theirs)
}
