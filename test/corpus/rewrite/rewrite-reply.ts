import type { CaseRow } from '../score-set.ts'
import { pick } from './encode-text.ts'
import { NAMES, SUBJECTS } from './people.ts'
import { listQuotingClients } from './quoting-clients.ts'

/** A body written anew, with what is now true of it. */
export type RewrittenReply = { body: string; row: CaseRow }

const HISTORIES = [
  'Hello,\n\nthank you for your mail. Could you tell us the number of the order?\n\nBest regards\nSupport',
  'Здравейте,\n\nблагодарим Ви за писмото. Кой е номерът на поръчката?\n\nПоздрави\nПоддръжка',
  'Здравствуйте!\n\nУточните, пожалуйста, номер заказа.\n\nС уважением,\nПоддержка',
  'Dzień dobry,\n\nproszę o numer zamówienia.\n\nPozdrawiam\nWsparcie',
  'Guten Tag,\n\nwie lautet Ihre Bestellnummer?\n> Wo bleibt mein Paket?\n\nMit freundlichen Grüßen\nSupport',
]

/**
 * The new words of a reply whose truth is known, above history as another mail program quotes it.
 * Undefined where the truth holds quotes, headings or a signature of its own.
 */
export function rewriteReply(row: CaseRow, random: () => number): RewrittenReply | undefined {
  const reply = row.reply_text ?? row.reply_text_reference
  if (typeof reply !== 'string' || !isPlainReply(reply)) return undefined
  const client = pick(listQuotingClients(), random)
  const body = client.write(reply.trim(), {
    name: pick(NAMES, random),
    address: 'support@desk.test',
    to: 'Ann <ann@kunde.example>',
    subject: pick(SUBJECTS, random),
    text: pick(HISTORIES, random),
  })
  const truth = { reply_text_nows: reply.replace(/\s+/g, '') }
  return { body, row: { file: row.file, kind: client.kind, tags: [client.name], ...truth } }
}

function isPlainReply(reply: string): boolean {
  return (
    reply.trim() !== '' &&
    !/^\s*(>|--|__|\*?from:)|wrote|sent from|@|\n.{0,80}:\n/im.test(reply) &&
    reply.length < 3_000
  )
}
