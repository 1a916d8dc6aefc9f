import type { TemplateValues } from '../lib/render-template.ts'
import { RichText } from '../lib/rich-text.ts'
import type { Address } from '../mail/mail-types.ts'
import type { Language } from '../shared/vocabulary.ts'
import type { AnsweredWords } from './answered-words.ts'
import type { OutgoingTicket } from './outgoing.queries.ts'
import { cut, formatSentOn, quoteLines } from './quote-history.ts'

/** What a reply says, before it has its form. `history` is the mail quoted below, if any. */
export type ReplyWords = {
  ticket: Pick<OutgoingTicket, 'number' | 'mailboxName'>
  from: Pick<Address, 'address'>
  text: string
  /** `text` as HTML for a mail; none where they are lines of text alone. */
  mailHtml?: string | null
  signature: string
  history: AnsweredWords | undefined
  agentName: string
  language: Language
  /** The agent's, which the date of the quoted mail is written in. */
  timeZone: string
}

/** All that the template of a reply may show (shared/template-variables.ts). */
export function replyValues(words: ReplyWords): TemplateValues {
  const { ticket, history, language, timeZone } = words
  const quoted = history ? cut(history.text) : ''
  return {
    ...mailboxValues(ticket, words.from),
    ...agentsWords(words),
    history: history ? quoteLines(history.text) : '',
    sentOn: history ? formatSentOn(history.receivedAt, language, timeZone) : '',
    author: history?.author?.name ?? history?.author?.address ?? '',
    agentName: words.agentName,
    historyLines: quoted.split('\n'),
  }
}

/**
 * An agent's text and signature, whole and line by line, as Outlook does not keep the line ends of `pre-wrap`.
 * Words with looks are one line of their own HTML.
 */
export function agentsWords(words: Pick<ReplyWords, 'text' | 'mailHtml' | 'signature'>) {
  const text = words.text.replace(/\r\n?/g, '\n').trimEnd()
  const signature = words.signature.replace(/\r\n?/g, '\n').trim()
  const lines = { signature, signatureLines: signature.split('\n') }
  if (typeof words.mailHtml !== 'string') return { ...lines, text, textLines: text.split('\n') }
  const rich = new RichText(text, words.mailHtml)
  return { ...lines, text: rich, textLines: [rich] }
}

/** What every mail out of a ticket may show; nothing of it is a stranger's word. */
export function mailboxValues(ticket: ReplyWords['ticket'], from: ReplyWords['from']): TemplateValues {
  return {
    number: String(ticket.number),
    mailboxName: ticket.mailboxName,
    mailboxAddress: from.address,
  }
}
