import type { JudgedRecipients } from '../../shared/recipients.ts'
import type { Ticket } from '../../shared/tickets.ts'
import type { Draft } from './draft-store.ts'

/** Whether two drafts answer the same message, so that the recipients of one can stand in for the other's. */
export function isSameAim(one: Aim | undefined, other: Aim): boolean {
  return one !== undefined && (one.answeredMessageId ?? null) === (other.answeredMessageId ?? null)
}

type Aim = { answeredMessageId?: number | null }

/** What a draft says of its recipients; what it leaves out is the server's to decide. */
export function recipientsOf(draft: Draft) {
  return {
    ...(draft.answeredMessageId == null ? {} : { answeredMessageId: draft.answeredMessageId }),
    ...(draft.to === null ? {} : { to: draft.to }),
    ...(draft.cc === null ? {} : { cc: draft.cc }),
    ...(draft.bcc.length === 0 ? {} : { bcc: draft.bcc }),
  }
}

/** The addresses a composer shows: chosen ones, else those the server or the ticket gives by default. */
export function shownRecipients(ticket: Ticket, draft: Draft, judged: JudgedRecipients | undefined) {
  // Until the server answers, the ticket's defaults hold only where no other message was chosen.
  const known = judged ?? (draft.answeredMessageId == null ? ticket.replyDefaults : undefined)
  const defaults = known ?? { to: [], cc: [] }
  const to = draft.to ?? defaults.to.map(one => one.address)
  const cc = draft.cc ?? defaults.cc.map(one => one.address)
  const count = to.length + cc.length + draft.bcc.length
  return { to, cc, bcc: draft.bcc, count, isKnown: known !== undefined }
}
