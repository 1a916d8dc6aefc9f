import { addressKey } from '../mail/address.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import type { MailKind, PlacedBy } from '../shared/vocabulary.ts'
import { findEvidence } from './find-evidence.ts'
import { STORM_TICKET_MAILS, stormKeyOf } from './storms.ts'
import {
  ancestorsOf,
  enterIntoView,
  newTicketInView,
  type ThreadView,
  type TicketInView,
} from './thread-view.ts'

/** A mail under the message id drawn for it. */
export type MailToPlace = {
  mail: ParsedMail
  kind: MailKind
  lane: number
  messageId: number
  /** The sent message whose genuine X-Letterdesk-Ref a report returns. */
  returned?: { id: number; ticket_id: number } | undefined
}

/** Where a mail belongs and why, kept on its message so that an agent can see it. */
export type Placement = {
  ticket: TicketInView
  /** The mail opens its ticket. */
  isFirst: boolean
  placedBy: PlacedBy
  /** The message that names, or is, the id that decided. */
  evidenceId: number | null
  /** The id, or the address with the token, that decided. */
  ref: string | null
  /** The sender was never part of this ticket's exchange: shown to agents, never taken for the customer. */
  isNewcomer: boolean
  /** Further tickets that its ids lie in, the nearest first; at most five. */
  bridges: TicketInView[]
  /** Its Message-ID belongs to another mail already. */
  isReusedId: boolean
}

type Match = Pick<Placement, 'ticket' | 'placedBy' | 'evidenceId' | 'ref'>

/**
 * Places the mails of one batch in the order given, each into the ticket it continues or into a new one.
 *
 * A report goes to the sent message it speaks of. Else the order of evidence is find-evidence.ts's; at last comes the mail's own id, when an answer to it
 * came first. Subject or number alone never match (A23). The sender is no rule: whoever holds an id
 * joins, as a newcomer unless already a participant. What nothing ties to a ticket opens one, or joins
 * those of its sender that came in a storm (storms.ts).
 *
 * @returns one placement a mail; the view then knows the new threads too
 * @see mail-core.md 5
 */
export function matchTickets(mails: readonly MailToPlace[], view: ThreadView): Placement[] {
  return mails.map(toPlace => {
    const placement = placeMail(toPlace, view)
    const envelope = {
      ...toPlace.mail,
      direction: 'inbound' as const,
      bcc: [],
      kind: toPlace.kind,
      placedBy: placement.placedBy,
      isNewcomer: placement.isNewcomer,
    }
    enterIntoView(view, { ...toPlace, ticket: placement.ticket, envelope })
    return placement
  })
}

function placeMail(toPlace: MailToPlace, view: ThreadView): Placement {
  const { mail } = toPlace
  const isReusedId = ownRef(mail, view)?.owned ?? false
  const returned = matchReturned(toPlace, view)
  const matches = returned ? [returned] : [...findEvidence(mail, view), ...matchOwnId(mail, view)]
  const [match] = matches
  if (match) {
    const bridges = [...new Set(matches.map(one => one.ticket))].filter(one => one !== match.ticket)
    const isNewcomer = !isParticipant(mail, match.ticket)
    return { ...match, isFirst: false, isNewcomer, bridges: bridges.slice(0, MAX_BRIDGES), isReusedId }
  }
  const opened = { evidenceId: null, ref: null, isNewcomer: false, bridges: [], isReusedId }
  const storm = joinStorm(toPlace, view)
  if (storm) return { ...storm, placedBy: 'storm', ...opened }
  return { ticket: newTicketInView(view.mailboxId), isFirst: true, placedBy: 'no-ancestor', ...opened }
}

/** Mail of a storm that nothing ties to a ticket: the first opens one for all that follow, as long as it is not full. */
function joinStorm(
  toPlace: MailToPlace,
  view: ThreadView,
): Pick<Placement, 'ticket' | 'isFirst'> | undefined {
  const key = stormKeyOf(toPlace)
  if (key === null) return undefined
  const storm = view.storms.get(key)
  if (storm !== undefined && storm.mails < STORM_TICKET_MAILS) {
    storm.mails++
    return { ticket: storm.ticket, isFirst: false }
  }
  const ticket = newTicketInView(view.mailboxId)
  view.storms.set(key, { ticket, mails: 1 })
  return { ticket, isFirst: true }
}

const MAX_BRIDGES = 5 // a mail that names more tickets was written to name them

/**
 * A report belongs to the sent message it speaks of: by the genuine X-Letterdesk-Ref it returns, else by
 * an id that is one of ours, which nobody can guess who never had our mail. A report that names nothing
 * of ours is placed like any mail and changes nothing.
 */
function matchReturned({ mail, kind, returned }: MailToPlace, view: ThreadView): Match | undefined {
  if (kind !== 'bounce' && kind !== 'complaint' && kind !== 'receipt') return undefined
  const ticket = returned && view.tickets.get(returned.ticket_id)
  if (ticket?.mailboxId === view.mailboxId)
    return { ticket, placedBy: 'returned-mail', evidenceId: returned?.id ?? null, ref: null }
  const ids = [mail.returnedMail?.internetMessageId ?? null, ...ancestorsOf(mail)]
  const known = ids
    .map(id => (id === null ? undefined : view.refs.get(threadRef(id))))
    .find(ref => ref?.owned && ref.isOurs)
  return known && { ticket: known.ticket, placedBy: 'returned-mail', evidenceId: known.messageId, ref: null }
}

/** An answer to this mail came first; or its id was used before, by a mail of the same exchange. */
function matchOwnId(mail: ParsedMail, view: ThreadView): Match[] {
  const known = ownRef(mail, view)
  if (!known || (known.owned && !isParticipant(mail, known.ticket))) return []
  const { ticket, messageId } = known
  return [{ ticket, placedBy: 'named-before', evidenceId: messageId, ref: mail.internetMessageId }]
}

function ownRef(mail: ParsedMail, view: ThreadView) {
  return mail.internetMessageId === null ? undefined : view.refs.get(threadRef(mail.internetMessageId))
}

/** A sender whom two readers read differently, or one of several: nobody known (A27). */
export function isDoubtfulSender(mail: Pick<ParsedMail, 'defects'>): boolean {
  return mail.defects.includes('doubtful-sender') || mail.defects.includes('several-from')
}

function isParticipant(mail: ParsedMail, ticket: TicketInView): boolean {
  return (
    !isDoubtfulSender(mail) && mail.from !== null && ticket.participants.has(addressKey(mail.from.address))
  )
}
