import { matchTickets, type Placement } from '../../src/inbound/match-tickets.ts'
import { cleanHtml } from '../../src/mail/clean-html.ts'
import { htmlToMarkedText } from '../../src/mail/html-text.ts'
import type { Address, AttachmentInfo, ParsedMail } from '../../src/mail/mail-types.ts'
import { canonicalMessageId } from '../../src/mail/message-id.ts'
import { parseMail, readAttachment } from '../../src/mail/parse-mail.ts'
import { splitReply } from '../../src/mail/split-reply.ts'
import { LANES } from '../../src/shared/vocabulary.ts'

// The product's own functions behind the interface of the corpus's harness:
//   node ../shared/corpus/open/tools/score.mjs --adapter test/corpus/adapter.ts --set DIR

/** A body without its headers, as some sources of the corpus give it. */
type Body = { kind: string; body: string }

/** What the harness hands on of a mail it has read. */
type ListedMail = {
  messageId?: string | null
  inReplyTo?: string[]
  references?: string[]
  from?: Address[]
}

/** One mail as the harness compares it. What the product does not tell is left out and not scored. */
export async function parse(raw: Buffer) {
  const mail = await parseMail(raw)
  const attachments: (AttachmentInfo & { content: Buffer | null })[] = []
  for (const info of mail.attachments) {
    const part = await readAttachment(raw, info.index)
    attachments.push({ ...info, content: part?.bytes ?? null })
  }
  const recipients = mail.deliveryReport?.recipients ?? []
  return {
    ...mail,
    from: mail.from ? [mail.from] : [],
    date: mail.sentAt,
    messageId: mail.internetMessageId,
    attachments,
    replyText: mail.visibleText,
    isAuto: mail.kind === 'auto-reply',
    isBounce: mail.kind === 'bounce',
    isComplaint: mail.kind === 'complaint',
    bounce: recipients.map(({ address, status, action }) => ({ recipient: address, status, action })),
  }
}

/** The new words of a single body; of HTML as its frame shows them, without the marks that only text has. */
export function stripReply({ kind, body }: Body): string {
  if (kind !== 'html') return splitReply(body.replace(/\r\n?/g, '\n')).visibleText
  const { text, marks } = htmlToMarkedText(cleanHtml(body) ?? body)
  const { folds } = splitReply(text, { marks })
  const closed = folds.filter(fold => !fold.isOpen)
  const shown: string[] = []
  let start = 0
  for (const [at, line] of text.split('\n').entries()) {
    const isFolded = closed.some(fold => start >= fold.start && start < fold.end)
    const isQuoted = marks.some(mark => mark.isBlock && at >= mark.from && at < mark.to)
    const words = isQuoted ? line.replace(/^>+ ?/, '') : line
    if (!isFolded && words !== '---') shown.push(words)
    start += line.length + 1
  }
  return shown.join('\n').trim()
}

/**
 * The tickets that mails become when they arrive in the order given: by the code that files them, over
 * an index that is empty at first.
 *
 * @returns for each ticket the Message-IDs of its mails
 */
export function thread(list: readonly ListedMail[]): string[][] {
  const mails = list.map((mail, index) => ({
    mail: placeable(mail),
    kind: 'person' as const,
    lane: LANES.live,
    messageId: index + 1,
    sender: { grade: 'neutral' as const },
  }))
  const placements = matchTickets(mails, {
    mailboxId: 1,
    ownAddresses: new Set(),
    refs: new Map(),
    namesakes: new Map(),
    tickets: new Map(),
    storms: new Map(),
    tokens: new Map(),
  })
  const tickets = new Map<Placement['ticket'], string[]>()
  placements.forEach(({ ticket }, index) => {
    tickets.set(ticket, [...(tickets.get(ticket) ?? []), list[index]?.messageId ?? ''])
  })
  return [...tickets.values()]
}

function placeable(listed: ListedMail): ParsedMail {
  return {
    ...EMPTY,
    internetMessageId: listed.messageId ? canonicalMessageId(listed.messageId) : null,
    inReplyTo: listed.inReplyTo ?? [],
    references: listed.references ?? [],
    from: listed.from?.[0] ?? null,
  }
}

const EMPTY: ParsedMail = {
  readerVersion: 0,
  subject: '',
  from: null,
  sender: null,
  replyTo: [],
  to: [],
  cc: [],
  sentAt: null,
  utcOffsetMinutes: null,
  internetMessageId: null,
  inReplyTo: [],
  references: [],
  text: '',
  html: null,
  quoteMarks: [],
  folds: [],
  visibleText: '',
  snippet: '',
  language: null,
  attachments: [],
  calendar: null,
  protections: [],
  kind: 'person',
  kindReason: null,
  deliveryReport: null,
  returnedMail: null,
  forwarded: null,
  recipientAddresses: [],
  letterdeskRef: null,
  trace: { verdicts: [], hops: [], returnPath: null, signatures: [], seals: [] },
  mailKey: '',
  copyKey: '',
  defects: [],
}
