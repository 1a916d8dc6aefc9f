import type { ParsedMail } from '../mail/mail-types.ts'
import { threadRef } from '../mail/message-id.ts'
import type { SenderVerdict } from '../mail/sender-verdict.ts'
import type { MailKind, PlacedBy } from '../shared/vocabulary.ts'
import { belongsTo, findEvidence, refOf, senderKey } from './find-evidence.ts'
import type { AgentForward } from './find-forwards.ts'
import { decideSideThread } from './side-thread-rule.ts'
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
  returned?: { id: number; mailbox_id: number; ticket_id: number; side_thread_id: number | null } | undefined
  sender: Pick<SenderVerdict, 'grade'>
  /** Whose mail it is, where an agent forwarded it (find-forwards.ts). */
  forward?: AgentForward | undefined
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
  /** What is written with a third party (side-thread-rule.ts); null for the exchange with the customer. */
  sideThreadId: number | null
  /** Further tickets that its ids lie in, the nearest first; at most five. */
  bridges: TicketInView[]
  /** The sender failed the check, or claims to belong to the ticket without any proof: not taken for who they say. */
  isUnverified: boolean
  /** Of a mail that opens its ticket and that an agent forwarded: for the one whose mail it was, where that is proven. */
  forward: AgentForward | null
  /** Its Message-ID belongs to another mail already. */
  isReusedId: boolean
}

/** `isProven`: by our token, or an id of ours that nobody can guess. */
type Match = Pick<Placement, 'ticket' | 'placedBy' | 'evidenceId' | 'ref' | 'sideThreadId'> & {
  isProven: boolean
}

/**
 * Places the mails of one batch in the order given, each into the ticket it continues or into a new one.
 *
 * A report goes to the sent message it speaks of. Else the order of evidence is find-evidence.ts's; at last comes the
 * mail's own id, when an answer to it came first. Subject or number alone never match: two customers both write
 * "Invoice". The sender is no rule: whoever holds an id joins, as a newcomer unless already a participant, and as
 * unverified where they are not taken for the one they claim to be. What nothing ties to a ticket opens one, or joins
 * those of its sender that came in a storm (storms.ts).
 *
 * @returns one placement a mail; the view then knows the new threads too
 * @see docs/decisions/0009, docs/decisions/0005 for the token
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
      sideThreadId: placement.sideThreadId,
      sender: toPlace.sender,
      forwardedFrom: placement.forward?.isProven ? placement.forward.from : null,
    }
    const { ticket, sideThreadId } = placement
    enterIntoView(view, { ...toPlace, ticket, sideThreadId, envelope })
    return placement
  })
}

function placeMail(toPlace: MailToPlace, view: ThreadView): Placement {
  const { mail, sender } = toPlace
  const isReusedId = ownRef(mail, view)?.owned ?? false
  const returned = matchReturned(toPlace, view)
  const matches = returned ? [returned] : [...findEvidence(mail, view), ...matchOwnId(toPlace, view)]
  const [match] = matches
  if (match) {
    const { isProven, sideThreadId: shown, ...place } = match
    const sideThreadId = returned ? shown : decideSideThread(senderKey(mail), place.ticket, shown)
    // An id of one circle proves nothing in the other.
    const standing = standingOf(toPlace, match, {
      sideThreadId,
      isProven: isProven && shown === sideThreadId,
    })
    const bridges = [...new Set(matches.map(one => one.ticket))].filter(one => one !== place.ticket)
    const bridging = { bridges: bridges.slice(0, MAX_BRIDGES), forward: null }
    return { ...place, isFirst: false, sideThreadId, ...standing, ...bridging, isReusedId }
  }
  const isUnverified = sender.grade === 'failed'
  const opened = {
    evidenceId: null,
    ref: null,
    isNewcomer: false,
    isUnverified,
    sideThreadId: null,
    bridges: [],
    isReusedId,
  }
  const storm = joinStorm(toPlace, view)
  if (storm) return { ...storm, placedBy: 'storm', ...opened, forward: null }
  const forward = toPlace.forward ?? null
  return {
    ticket: newTicketInView(view.mailboxId),
    isFirst: true,
    placedBy: 'no-ancestor',
    ...opened,
    forward,
  }
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

function standingOf(
  { mail, sender }: MailToPlace,
  { ticket }: Match,
  found: { sideThreadId: number | null; isProven: boolean },
): Pick<Placement, 'isNewcomer' | 'isUnverified'> {
  if (sender.grade === 'failed') return { isNewcomer: false, isUnverified: true }
  const key = senderKey(mail)
  const circle =
    found.sideThreadId === null ? ticket.participants : ticket.sideThreads.get(found.sideThreadId)
  if (key === null || circle?.has(key) !== true) return { isNewcomer: true, isUnverified: false }
  return { isNewcomer: false, isUnverified: sender.grade === 'neutral' && !found.isProven }
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
  // Of the mailbox that sent it, wherever its ticket was moved since.
  if (ticket !== undefined && returned?.mailbox_id === view.mailboxId)
    return {
      ticket,
      placedBy: 'returned-mail',
      evidenceId: returned?.id ?? null,
      sideThreadId: returned?.side_thread_id ?? null,
      ref: null,
      isProven: true,
    }
  const ids = [mail.returnedMail?.internetMessageId ?? null, ...ancestorsOf(mail)]
  const known = ids
    .map(id => (id === null ? undefined : view.refs.get(threadRef(id))))
    .find(ref => ref?.owned && ref.isOurs)
  if (known === undefined) return undefined
  const { ticket: sentFrom, messageId: evidenceId, sideThreadId } = known
  return { ticket: sentFrom, placedBy: 'returned-mail', evidenceId, sideThreadId, ref: null, isProven: true }
}

/** An answer to this mail came first; or its id was used before, by a mail of the same exchange. */
function matchOwnId({ mail, sender }: MailToPlace, view: ThreadView): Match[] {
  const known = ownRef(mail, view)
  if (!known) return []
  if (known.owned && (sender.grade === 'failed' || !belongsTo(mail, known.ticket))) return []
  const { ticket, messageId: evidenceId, sideThreadId } = known
  return [
    {
      ticket,
      placedBy: 'named-before',
      evidenceId,
      sideThreadId,
      ref: mail.internetMessageId,
      isProven: false,
    },
  ]
}

function ownRef(mail: ParsedMail, view: ThreadView) {
  return mail.internetMessageId === null ? undefined : refOf(mail, mail.internetMessageId, view)
}
