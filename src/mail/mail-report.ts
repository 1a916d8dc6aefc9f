import { bounceReason } from './bounce-reason.ts'
import {
  readDeliveryStatus,
  readFailedRecipients,
  readRefusal,
  type StatedRecipient,
  withReason,
} from './delivery-report.ts'
import { firstValue, type HeaderField } from './header-fields.ts'
import { leavesOf } from './leaves-of.ts'
import type { DeliveryReport, ReportedRecipient } from './mail-types.ts'
import { type MimePart, partBytes, readMimeTree } from './mime-tree.ts'
import { parsePlainBounce } from './plain-bounce.ts'
import { readReturnedTo } from './returned-mail.ts'
import { readSesNotification } from './ses-notification.ts'
import { bestStatus, findCodes, isVague, keptWords } from './status-codes.ts'

const MAX_INLINE_CHARS = 100_000

/** What a report is read from. `status`: what its own part states, if any; `own`: the addresses it was sent to. */
export type ReportSource = {
  raw: Buffer
  fields: HeaderField[]
  leaves: readonly MimePart[]
  subject: string
  text: string
  status: readonly StatedRecipient[] | undefined
  own: readonly string[]
}

/** The recipients in the mail's `message/delivery-status` part; undefined when it has none. */
export function readStatusPart(raw: Buffer, leaves: readonly MimePart[]): StatedRecipient[] | undefined {
  const part = leaves.find(one => /^message\/(global-)?delivery-status$/.test(one.contentType))
  return part ? readDeliveryStatus(partBytes(raw, part)) : undefined
}

/** The recipient in whose name a server refused a mail that it had taken (Sieve's `reject`); undefined where none did. */
export function readRefusalPart(
  raw: Buffer,
  { fields, leaves, text }: Pick<ReportSource, 'fields' | 'leaves' | 'text'>,
): StatedRecipient[] | undefined {
  const part = leaves.find(one => /^message\/(global-)?disposition-notification$/.test(one.contentType))
  const saysSo = REFUSED.test(
    `${firstValue(fields, 'auto-submitted') ?? ''}\n${text.slice(0, MAX_REFUSAL_CHARS)}`,
  )
  return part && saysSo ? readRefusal(partBytes(raw, part)) : undefined
}

const REFUSED = /\(rejected\)|\bwas (?:automatically )?(?:rejected|refused)\b/i
const MAX_REFUSAL_CHARS = 2_000

/**
 * Whom a delivery report speaks of and what became of the mail to each, or null when it names nobody.
 *
 * What a program wrote for programs goes first: a delivery-status part, the same inside an attached
 * report or in the text, Amazon's JSON, X-Failed-Recipients. The words beside it fill in what it leaves
 * open, and are all there is in a bounce in plain words.
 */
export function readMailReport(source: ReportSource): DeliveryReport | null {
  const plain = parsePlainBounce(source.text, source.own)
  const stated = readStated(source)
  const known = stated.filter(one => one.address !== null)
  const fallback = plain.recipients.length > 0 ? plain.recipients : fromReturned(source, plain.words)
  const chosen = known.length > 0 ? known : fallback
  const nameless = stated.find(one => one.address === null)
  const isDelay = DELAY.test(`${source.subject}\n${plain.words}`)
  const recipients = chosen.flatMap(one => {
    const words = plain.recipients.find(other => other.address?.toLowerCase() === one.address?.toLowerCase())
    const only = chosen.length === 1 && plain.recipients.length === 1 ? plain.recipients[0] : undefined
    return toReported(fillIn(one, words ?? only ?? nameless, nameless), { isDelay, allWords: plain.words })
  })
  return recipients.length === 0 ? null : { recipients }
}

// Said of a mail that is still on its way.
const DELAY =
  /warning: (?:could not send|message|mail)|delay(?:ed)?\b.{0,40}(?:hours?|notification|delivery|mail)|\bdelayed\b|\(delay\)|delivery incomplete|will (?:keep|continue) (?:to )?(?:try|be (?:made|tried))|has been postponed|will (?:be retried|retry|try)|do not need to (?:re-?send|resend)|no action is required on your part|temporary failure report|still being retried|wird weiter(?:hin)? versucht|verzögert|opóźnion|задержан|забавен|en retard|retrasad|in ritardo|vertraagd/i
const FINAL =
  /will be deleted from queue|(?<!will )give up|given up|giving up|permanent|not be retried|has been returned|no further (?:delivery )?attempts|(?:delivery|message|queue).{0,40}(?:expired|failed)/i

function readStated({ raw, fields, leaves, text, status }: ReportSource): StatedRecipient[] {
  const tries = [
    () => [...(status ?? [])],
    () => readNestedReport(raw, leaves),
    () => readSesNotification(text)?.recipients ?? [],
    () => readInlineReport(text),
    () => readFailedRecipients(fields),
  ]
  let best: StatedRecipient[] = []
  for (const read of tries) {
    const found = read()
    if (found.some(one => one.address !== null)) return found
    if (best.length === 0) best = found
  }
  return best
}

/** Gateways wrap the report they got into one of their own (Trend Micro, Mirapoint). */
function readNestedReport(raw: Buffer, leaves: readonly MimePart[]): StatedRecipient[] {
  const wrapped = leaves.find(part => part.contentType === 'message/rfc822')
  if (!wrapped) return []
  const inner = partBytes(raw, wrapped)
  return readStatusPart(inner, leavesOf(readMimeTree(inner).root)) ?? []
}

/** The fields of a report written into the words, where a gateway took the parts apart. */
function readInlineReport(text: string): StatedRecipient[] {
  const shown = text.slice(0, MAX_INLINE_CHARS)
  const at = shown.search(/^[ \t]{0,10}(?:original|final)-recipient ?:/im)
  if (at < 0) return []
  const lines = shown.slice(0, MAX_INLINE_CHARS).slice(at).split('\n', 400)
  const block = lines.map(line => (FIELD.test(line.trim()) ? line.trim() : line)).join('\n')
  return readDeliveryStatus(Buffer.from(block, 'utf8'))
}

const FIELD =
  /^(?:(?:original|final|x-actual)-recipient|action|status|diagnostic-code|remote-mta|last-attempt-date) ?:/i

function fillIn(
  one: StatedRecipient,
  words: StatedRecipient | undefined,
  nameless: StatedRecipient | undefined,
): StatedRecipient {
  const stated = isVague(one.status) ? bestStatus(one.status, words?.status ?? '') : one.status
  return {
    ...one,
    status: stated === '' ? (nameless?.status ?? '') : stated,
    diagnostic: one.diagnostic || words?.diagnostic || nameless?.diagnostic || '',
    hasAction: one.hasAction,
  }
}

/** What is not said of one recipient may be said of the mail: "the group you tried to contact may not exist". */
function toReported(
  one: StatedRecipient,
  { isDelay, allWords }: { isDelay: boolean; allWords: string },
): ReportedRecipient[] {
  if (one.address === null) return []
  const isLater = isDelay && !FINAL.test(one.diagnostic)
  const action = one.hasAction || !isLater ? one.action : 'delayed'
  const reported = withReason({ ...one, address: one.address, action })
  if (reported.reason !== 'other' || action === 'delivered') return [reported]
  return [{ ...reported, reason: bounceReason(one.status, allWords) }]
}

/** A report that names nobody speaks of whom the returned mail was written to, if that is one person. */
function fromReturned({ raw, leaves, text }: ReportSource, words: string): StatedRecipient[] {
  const to = readReturnedTo(raw, leaves, text)
  const [address] = to
  if (address === undefined || to.length > 1) return []
  const coded = words.split('\n').find(line => findCodes(line).replyCode !== '') ?? ''
  const { status } = findCodes(coded)
  const diagnostic = keptWords(coded)
  return [{ address, originalAddress: null, action: 'failed', status, diagnostic, hasAction: false }]
}
