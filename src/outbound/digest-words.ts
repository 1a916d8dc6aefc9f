import { RichText } from '../lib/rich-text.ts'
import { cleanLine } from '../mail/clean-line.ts'
import type { MailedRow } from '../tickets/unseen-news.ts'
import type { DigestReader } from './digests.queries.ts'
import type { MailAgentContext } from './mail-agent.ts'
import { formatSentOn } from './quote-history.ts'
import type { AgentMail } from './send-to-agent.ts'
import { listNumbers, writeAgentMail } from './write-agent-mail.ts'

// More than that nobody reads in a mail; the rest is in the list.
const shownRows = 25
const lineChars = 200

/**
 * Writes a digest: by kind of event, each with the customer, the ticket, the first words and a link to where it happened.
 *
 * Names, subjects and first words are a stranger's: each is one line without controls and turns of direction, none
 * stands in an address, and in the subject of the mail there are numbers alone.
 *
 * @param rows at least one, newest first
 */
export function writeDigest(
  context: Pick<MailAgentContext, 'templates' | 'baseUrl'>,
  reader: Pick<DigestReader, 'name' | 'email' | 'language' | 'timeZone'>,
  rows: readonly MailedRow[],
): AgentMail {
  const { templates, baseUrl } = context
  const shown = rows.slice(0, shownRows)
  const of = (event: MailedRow['event']) =>
    shown.filter(row => row.event === event).map(row => writeItem(context, reader, row))
  const [mentions, assigned, answers] = [of('mention'), of('assigned'), of('answer')]
  const values = {
    name: reader.name,
    numbers: listNumbers(shown.map(row => row.ticketNumber)),
    mentions,
    hasMentions: mentions.length > 0,
    assigned,
    hasAssigned: assigned.length > 0,
    answers,
    hasAnswers: answers.length > 0,
    hasMore: rows.length > shown.length,
    link: baseUrl,
    settingsLink: `${baseUrl}/settings/notifications`,
  }
  return writeAgentMail(templates, 'digest', reader, values)
}

/** As text and as HTML, escaped by its own template. */
function writeItem(
  { templates, baseUrl }: Pick<MailAgentContext, 'templates' | 'baseUrl'>,
  { language, timeZone }: Pick<DigestReader, 'language' | 'timeZone'>,
  row: MailedRow,
): RichText {
  const customer = cleanLine(row.customer, lineChars)
  const by = cleanLine(row.name, lineChars)
  const hit = row.hit === null ? '' : `?hit=${row.hit}`
  const values = {
    ticket: `#${row.ticketNumber} ${cleanLine(row.subject, lineChars)}`.trim(),
    customer,
    by: by === customer ? '' : by,
    at: formatSentOn(row.at, language, timeZone),
    excerpt: cleanLine(row.excerpt, lineChars),
    link: `${baseUrl}/queue/all/${row.ticketNumber}${hit}`,
  }
  const render = (part: 'text' | 'html') => templates.render('digest-item', part, language, values)
  return new RichText(render('text'), render('html'))
}
