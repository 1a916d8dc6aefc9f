import type { Templates } from '../lib/templates.ts'
import type { Address } from '../mail/mail-types.ts'
import { customerLanguage } from './customer-language.ts'
import type { AnsweredMail, OutgoingTicket } from './outgoing.queries.ts'
import { cut, formatSentOn } from './quote-history.ts'
import { agentsWords } from './reply-values.ts'

/** What a forward is made of. */
type ForwardParts = {
  ticket: Pick<OutgoingTicket, 'customerLanguage'>
  text: string
  mailHtml?: string | null
  signature: string
  forwarded: AnsweredMail
  timeZone: string
}

/**
 * Renders `templates/forward`: the agent's words and signature, then the message with who wrote it, when, about what and
 * to whom; in the customer's language, which the message is in.
 */
export function renderForward(
  templates: Templates,
  parts: ForwardParts,
): { subject: string; text: string; html: string } {
  const { ticket, forwarded, timeZone } = parts
  const language = customerLanguage(ticket.customerLanguage)
  const original = cut(forwarded.text)
  const values = {
    subject: forwardSubject(forwarded.subject),
    ...agentsWords(parts),
    author: forwarded.from === null ? '' : personWords(forwarded.from),
    sentOn: formatSentOn(forwarded.receivedAt, language, timeZone),
    about: forwarded.subject,
    sentTo: forwarded.to.map(personWords).join(', '),
    original,
    originalLines: original.split('\n'),
  }
  const render = (part: 'subject' | 'text' | 'html') => templates.render('forward', part, language, values)
  return { subject: render('subject'), text: render('text'), html: render('html') }
}

/** `Fwd: ` once, as programs know it. */
function forwardSubject(subject: string): string {
  return /^\s*(?:fwd?|fw|wg|пр|пд)\s*[:：]/iu.test(subject) ? subject.trim() : `Fwd: ${subject}`.trim()
}

function personWords({ name, address }: Address): string {
  return name === null ? address : `${name} <${address}>`
}
