import { findForwardedText } from '../mail/forwarded-mail.ts'
import type { Address } from '../mail/mail-types.ts'
import type { AnsweredMail, OutgoingTicket } from './outgoing.queries.ts'

/** What an answer repeats of the mail it answers. */
export type AnsweredWords = { subject: string; author: Address | null; text: string; receivedAt: Date }

/**
 * What a reply may repeat of the mail it answers. Of one that an agent forwarded to us only what its own writer
 * said: the words above it, and often the subject, are the agent's to us. `text` is `''` where the two cannot be
 * told apart, and where it came as a file.
 */
export function answeredWords(
  answered: AnsweredMail | undefined,
  ticket: Pick<OutgoingTicket, 'subject'>,
): AnsweredWords | undefined {
  if (answered === undefined) return undefined
  const { subject, from, forwardedFrom, text, receivedAt } = answered
  if (forwardedFrom === null) return { subject, author: from, text, receivedAt }
  const forwarded = findForwardedText({ subject, text })
  return {
    subject: forwarded?.subject ?? ticket.subject,
    author: forwardedFrom,
    text: forwarded?.text ?? '',
    receivedAt,
  }
}
