import type { TicketState } from '../shared/vocabulary.ts'

/** The copy of a mail that one mailbox got, and the ticket and its twins that it is in. */
export type TwinSide = {
  ticketId: number
  /** The mail opened that ticket. */
  isOpener: boolean
  receivedAt: Date
  lead: { id: number; mailboxId: number; hasActed: boolean; state: TicketState }
  mailboxIds: readonly number[]
}

/** A mail with copies in two mailboxes: `order` as it names ours, To first; `isRoot` where it answers nothing. */
export type TwinMail = { order: readonly number[]; isNamed: boolean; isRoot: boolean }

// Copies of one blind mail come together, greylisting included; what comes later was resent by somebody.
const unnamedWithinMs = 3_600_000

/**
 * Which of two tickets leads both, now that each holds a copy of one mail; undefined where they stay apart.
 *
 * Two tickets are twins if the mail opened one of them at least, and never two tickets of one mailbox. The one
 * an agent acted on keeps the lead. Else one that is not in Spam: what one server took for it and another did not is to
 * be seen. Else a ticket that was there before an answer to both mailboxes opened
 * the other; else the mailbox that the mail names first, and where it names none, the one connected
 * first: never the order of arrival.
 */
export function chooseLead(mail: TwinMail, mine: TwinSide, theirs: TwinSide): number | undefined {
  if (!areTwins(mail, mine, theirs)) return undefined
  const [left, right] = [mine.lead, theirs.lead]
  const preferred = preferredOf(left, right)
  if (preferred !== undefined) return preferred.id
  if (!mail.isRoot && mine.isOpener !== theirs.isOpener) return mine.isOpener ? right.id : left.id
  if (left.hasActed) return Math.min(left.id, right.id)
  return rankOf(mail, left.mailboxId) < rankOf(mail, right.mailboxId) ? left.id : right.id
}

function preferredOf<Lead extends TwinSide['lead']>(left: Lead, right: Lead): Lead | undefined {
  if (left.hasActed !== right.hasActed) return left.hasActed ? left : right
  const isSpam = left.state === 'spam'
  if (isSpam === (right.state === 'spam')) return undefined
  return isSpam ? right : left
}

function areTwins(mail: TwinMail, mine: TwinSide, theirs: TwinSide): boolean {
  if (mine.lead.id === theirs.lead.id || !(mine.isOpener || theirs.isOpener)) return false
  if (mine.mailboxIds.some(id => theirs.mailboxIds.includes(id))) return false
  const apartMs = Math.abs(mine.receivedAt.getTime() - theirs.receivedAt.getTime())
  return mail.isNamed || apartMs <= unnamedWithinMs
}

/** The place in To and Cc; whoever is not named comes after all who are, by age. */
function rankOf(mail: TwinMail, mailboxId: number): number {
  const place = mail.order.indexOf(mailboxId)
  return place < 0 ? mail.order.length + mailboxId : place
}
