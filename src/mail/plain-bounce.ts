import { makeAddress } from './address.ts'
import { cleanLine } from './clean-line.ts'
import type { DeliveryReport, ReportedRecipient } from './mail-types.ts'
import { canonicalMessageId } from './message-id.ts'

const MAX_LINES = 400
const MAX_LINE_CHARS = 500
const MAX_RECIPIENTS = 50

// Where the returned mail begins: qmail, Exim, Gmail, sendmail, OpenSMTPD, DragonFly and their kin.
const COPY_BEGINS =
  /^\W{0,12}(?:below this line is a copy|this is a copy of|original message|message headers follow|below is a copy|returned message|unsent message|the header(s)? of|message header|message text follows)/i
const REPLY_CODE = /(?:^|[\s:#(])([245]\d\d)[ -](?:[245]\.\d{1,3}\.\d{1,3}|\S)/
const STATUS = /(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])/

/**
 * What a bounce in plain words says (qmail, Exim, Gmail and others that write no RFC 3464 part):
 * each address that stands at the start of a line, with the server's words below it, and the
 * Message-ID of the returned mail. For mail that is known to be a bounce only.
 *
 * @param text the mail's whole text
 * @returns null when it names nobody
 */
export function parsePlainBounce(text: string): DeliveryReport | null {
  const lines = text.split('\n', MAX_LINES).map(line => line.slice(0, MAX_LINE_CHARS).trim())
  const copyAt = lines.findIndex(line => COPY_BEGINS.test(line))
  const said = copyAt < 0 ? lines : lines.slice(0, copyAt)
  const recipients = readRecipients(said)
  if (recipients.length === 0) return null
  return { originalMessageId: returnedId(lines.slice(Math.max(copyAt, 0))), recipients }
}

function readRecipients(lines: string[]): ReportedRecipient[] {
  const recipients: ReportedRecipient[] = []
  for (const line of lines) {
    const address = namedAddress(line)
    const isKnown = recipients.some(one => one.address === address)
    if (address !== undefined && !isKnown && recipients.length < MAX_RECIPIENTS) {
      recipients.push({ address, action: 'failed', status: '', diagnostic: '' })
    }
    explain(recipients, line)
  }
  return recipients
}

/** `<a@b>:`, `a@b`, `a@b: 550 …`, `>>> a@b <a@b>`, `… your mail to <a@b>.` */
function namedAddress(line: string): string | undefined {
  const start = /^(?:>>> ?)?<?([^\s<>:;,]{1,100}@[^\s<>:;,]{1,200})>?(?:[:\s]|$)/.exec(line)?.[1]
  const inWords = /\b(?:mail|message|delivering)\b.{0,60}? to:? <([^\s<>]{3,300})>/i.exec(line)?.[1]
  return makeAddress(null, start ?? inWords ?? '')?.address
}

/** The first line with a reply code or a status belongs to the recipients named since the last one. */
function explain(recipients: ReportedRecipient[], line: string): void {
  const status = STATUS.exec(line)?.[1] ?? ''
  if (status === '' && !REPLY_CODE.test(line)) return
  for (const one of recipients) {
    if (one.diagnostic !== '') continue
    one.diagnostic = cleanLine(line, 1_000)
    one.status = status
    if (status.startsWith('4')) one.action = 'delayed'
  }
}

function returnedId(lines: string[]): string | null {
  const field = lines.find(line => /^message-id:/i.test(line))
  return field === undefined ? null : canonicalMessageId(field.slice('message-id:'.length))
}
