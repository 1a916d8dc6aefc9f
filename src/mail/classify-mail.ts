import type { MailKind } from '../shared/vocabulary.ts'
import { isBounceSubject, isBounceText } from './bounce-words.ts'
import type { StatedRecipient } from './delivery-report.ts'
import { allValues, firstValue, type HeaderField } from './header-fields.ts'
import type { Address } from './mail-types.ts'
import type { MimePart } from './mime-tree.ts'
import { readSesNotification } from './ses-notification.ts'

/** What the decision is made of. */
export type MailFacts = {
  fields: HeaderField[]
  root: MimePart
  leaves: readonly MimePart[]
  from: Address | null
  subject: string
  text: string
  /** Recipients of the mail's delivery-status part, or of one that says it was refused; undefined when it has neither. */
  status: readonly StatedRecipient[] | undefined
}

type Verdict = { kind: MailKind; kindReason: string | null }

/**
 * What kind of sender wrote a mail, and the fact that says so. It decides whether we may answer
 * automatically (RFC 3834 §2) and what a ticket makes of it (tickets/kind-rules.ts), never whether the
 * mail is kept. `own` is not decided here: that takes a verified X-Letterdesk-Ref.
 */
export function classifyMail(facts: MailFacts): Verdict {
  const complaint = complaintReason(facts)
  if (complaint !== undefined) return { kind: 'complaint', kindReason: complaint }
  const receipt = receiptReason(facts)
  if (receipt !== undefined) return { kind: 'receipt', kindReason: receipt }
  const bounce = bounceReason(facts)
  if (bounce !== undefined) return { kind: 'bounce', kindReason: bounce }
  const automatic = automaticReason(facts)
  const method = calendarMethod(facts.leaves)
  // An answer to an invitation that a machine gave (a meeting room's) is a machine's.
  if (method !== undefined && (automatic === undefined || method !== 'reply'))
    return { kind: 'calendar', kindReason: method }
  if (automatic !== undefined) return { kind: 'auto-reply', kindReason: automatic }
  const list = listReason(facts.fields)
  if (list !== undefined) return { kind: 'list', kindReason: list }
  if (allValues(facts.fields, 'precedence').some(value => /^(bulk|junk)\b/i.test(value))) {
    return { kind: 'auto-reply', kindReason: 'precedence' }
  }
  return { kind: 'person', kindReason: null }
}

/** A word of letters; the sender may have percent-encoded anything there. */
function reportType({ root }: MailFacts): string {
  if (root.contentType !== 'multipart/report') return ''
  return /^[a-z-]{1,40}$/.exec(root.params.get('report-type')?.toLowerCase() ?? '')?.[0] ?? ''
}

function hasPart(facts: MailFacts, type: RegExp): boolean {
  return facts.leaves.some(part => type.test(part.contentType))
}

/** RFC 5965, also where its parts were taken apart; and what Hotmail and Amazon send instead. */
function complaintReason(facts: MailFacts): string | undefined {
  if (reportType(facts) === 'feedback-report' || hasPart(facts, /^message\/feedback-report$/))
    return 'feedback-report'
  if (FEEDBACK_TYPE.test(facts.text) && FEEDBACK_FIELD.test(facts.text)) return 'feedback-report'
  if (readSesNotification(facts.text)?.type === 'complaint') return 'ses-complaint'
  const hasReturned = hasPart(facts, RETURNED)
  const saysSo =
    COMPLAINT_SUBJECT.test(facts.subject) ||
    (COMPLAINT_WORDS.test(facts.subject) && COMPLAINT_SENDER.test(localPart(facts)))
  return hasReturned && saysSo ? 'subject' : undefined
}

// As the registry of RFC 5965 has them: forms for customers have a field `Feedback-Type` of their own.
const FEEDBACK_TYPE = /^feedback-type ?: ?(?:abuse|fraud|virus|other|not-spam|auth-failure|opt-out|dmarc)\b/im
const FEEDBACK_FIELD =
  /^(?:original-(?:mail-from|rcpt-to|envelope-id)|source-ip|reported-(?:domain|uri)|arrival-date|received-date|incidents) ?:/im
const COMPLAINT_SUBJECT =
  /^\s*(?:complaint about message from|email feedback report|(?:fbl|feedback loop) report)/i
// People say so too, with the mail they mean attached.
const COMPLAINT_WORDS = /^\s*(?:abuse|spam|fbl|feedback loop) (?:report|complaint)\b/i
const COMPLAINT_SENDER = /^(?:abuse|fbl|feedback|complaints?|scomp|staff|postmaster|(?:do-?)?no?t?-?reply)\b/
const RETURNED = /^(message\/rfc822|text\/rfc822-headers)$/

/** Read receipts (RFC 8098), and reports of success only (RFC 3461 §4.1: somebody had asked for them). */
function receiptReason(facts: MailFacts): string | undefined {
  if (facts.status?.some(one => one.action === 'failed')) return undefined
  if (
    /^(?:global-)?disposition-notification$/.test(reportType(facts)) ||
    (hasPart(facts, /^message\/(global-)?disposition-notification$/) && isFromProgram(facts))
  )
    return 'disposition-notification'
  if (readSesNotification(facts.text)?.type === 'delivery') return 'delivery-status'
  const status = facts.status ?? []
  const hasArrived = status.every(one => /^(delivered|relayed|expanded)$/.test(one.action))
  return status.length > 0 && hasArrived && isFromProgram(facts) ? 'delivery-status' : undefined
}

/** Whether a report's part stands in a report, or in the mail of a program: people attach what they got. */
function isFromProgram(facts: MailFacts): boolean {
  const isReport = /^(?:multipart\/report|message\/.*)$/.test(facts.root.contentType)
  return isReport || hasNullSender(facts.fields) || saysUndelivered(facts)
}

function saysUndelivered(facts: MailFacts): boolean {
  return isSystem(facts.fields) || isBounceSubject(facts.subject) || isBounceText(facts.text)
}

function bounceReason(facts: MailFacts): string | undefined {
  if (/delivery-status$/.test(reportType(facts))) return 'delivery-status'
  if (facts.status !== undefined && isFromProgram(facts)) return 'delivery-status'
  if (firstValue(facts.fields, 'x-failed-recipients') !== undefined && isFromProgram(facts))
    return 'x-failed-recipients'
  if (/^(bounce|deliverydelay)$/.test(readSesNotification(facts.text)?.type ?? '')) return 'ses-bounce'
  if (isListServer(facts.fields)) return 'list-server'
  return plainBounceReason(facts)
}

/** What a mail system of any kind shows of itself: two signs at least, as each alone is easily met. */
function plainBounceReason(facts: MailFacts): string | undefined {
  const isNull = hasNullSender(facts.fields)
  const isNamed = isSystem(facts.fields)
  if (isNamed && isNull) return 'null-sender'
  if (isNamed || isNull) {
    const saysSo = isBounceSubject(facts.subject) || isBounceText(facts.text)
    if (!saysSo) return undefined
    return isNull ? 'null-sender' : 'mailer-daemon'
  }
  const hasReturned = hasPart(facts, RETURNED)
  const isRobot = ROBOT.test(localPart(facts))
  return isRobot && hasReturned && isBounceText(facts.text) ? 'returned-mail' : undefined
}

/** `MAILER-DAEMON` has no domain everywhere, so the field is read as it stands. */
function isSystem(fields: HeaderField[]): boolean {
  const sender = firstValue(fields, 'from') ?? ''
  return (
    /(?:^|[<"\s])(?:mailer-?_?daemon|mail-?daemon|post[-_]?master|mmdf|mailsystem|mail-?system|mdaemon|"?system[ ._-]administrator"?|[\w.-]{0,40}smtp[\w.-]{0,20}(?:service|server|gateways?))(?:@|>|"|\s|$)/i.test(
      sender,
    ) || SYSTEM_NAME.test(sender)
  )
}

const SYSTEM_NAME =
  /^"?(?:(?:e-?)?mail|message|internet mail)? ?(?:deliver[yi]?(?:ng)? (?:sub)?(?:system|agent|service)|(?:delivery )?daemon|system administrator|administrator|deliver system)\b.{0,40}(?:mailer|daemon|postmaster|<>)|^"?mail(?:er)?[ -]?daemon\b|^"?mail deliver(?:y)? (?:sub)?system\b/i

/** FML answers a post it does not take; what it distributes carries a count (X-ML-Count). */
function isListServer(fields: HeaderField[]): boolean {
  return (
    firstValue(fields, 'x-mlserver') !== undefined &&
    firstValue(fields, 'x-ml-count') === undefined &&
    firstValue(fields, 'x-mail-count') === undefined &&
    /-(?:admin|owner|request)@/i.test(firstValue(fields, 'from') ?? '')
  )
}

/** By the topmost Return-Path, which the server wrote that took the mail in. */
function hasNullSender(fields: HeaderField[]): boolean {
  return (
    /^<\s*>$|^<?mailer-daemon(?:@|>|$)/i.test(firstValue(fields, 'return-path') ?? '') ||
    /^<\s*>$/.test(firstValue(fields, 'from') ?? '')
  )
}

function localPart(facts: MailFacts): string {
  return facts.from?.address.split('@', 1)[0]?.toLowerCase() ?? ''
}

function automaticReason(facts: MailFacts): string | undefined {
  const { fields, root } = facts
  if (root.contentType === 'multipart/report') return reportType(facts) || 'report'
  const submitted = allValues(fields, 'auto-submitted').map(value => value.toLowerCase())
  if (submitted.some(value => !/^no\b/.test(value))) return 'auto-submitted' // RFC 3834 §5
  const marker = MARKERS.find(([name, value]) => value.test(firstValue(fields, name) ?? ''))
  if (marker) return marker[0]
  const named = fields.find(({ name, value }) => SAYS_AUTOMATIC.test(name) && !DENIES.test(value))
  if (named) return named.name
  if (asksForSilence(facts)) return 'x-auto-response-suppress'
  if (hasNullSender(fields)) return 'null-sender'
  if (ABSENCE_SUBJECT.test(facts.subject) || NOTES_ABSENCE.test(facts.subject)) return 'subject'
  return ROBOT.test(localPart(facts)) ? 'no-reply-sender' : undefined
}

const ROBOT = /^(mailer-?daemon|mail-?daemon|(do|does)?[._-]?not?[._-]?reply([._+-].*)?)$/

// Fields of responders that came before or ignore RFC 3834.
const MARKERS: readonly (readonly [string, RegExp])[] = [
  ['x-vacation', /./],
  ['x-cron-env', /./],
  ['x-ms-exchange-generated-message-source', /mailbox rules|oof/i],
  ['delivered-to', /^autoresponder$/i],
  ['precedence', /^(auto_?reply|auto-reply)/i],
  ['preference', /^auto_?reply/i],
  ['x-precedence', /^auto[_-]?reply/i],
  ['x-autogenerated', /^reply\b/i],
  ['x-fc-machinegenerated', /^true\b/i],
  ['x-post-messageclass', /autoresponder/i],
]
// Every mail system has a name of its own for it: X-Autoreply, X-Mail-Auto-Reply, X-GMX-Autoresponder, X-AutoReply-From.
const SAYS_AUTOMATIC =
  /^x-(?:[a-z0-9]{1,20}-){0,3}?(?:[a-z]{0,10})auto-?(?:reply|replied|respond|responder|answer|submitted)(?:-from)?$/
const DENIES = /^\s*(?:no|false|0|off|none|disabled)?\s*$/i

/**
 * [MS-OXCMAIL]: the sender wants no automatic answer. Help desks also ask for it where a person answers;
 * responders never begin their subject with `Re:`.
 */
function asksForSilence({ fields, subject }: MailFacts): boolean {
  const value = firstValue(fields, 'x-auto-response-suppress') ?? ''
  return /\b(all|oof|autoreply)\b/i.test(value) && !ANSWERS.test(subject)
}

const ANSWERS = /^\s*(?:re|aw|antw|odp|отг|ответ|відп|sv|vs|rif|res|ynt)(?: ?\[\d{1,3}\])? ?[:：]/i
// The whole subject, or its first words up to a mark or a date: `Out of office chairs` is somebody's order.
const ABSENCE_SUBJECT = new RegExp(
  String.raw`^\s*(?:${[
    String.raw`\[?auto(?:matic|mated)?[ -]?(?:reply|response|answer|antwort)\]?|autoresponder|(?:i am |i'm )?out of (?:the )?office|ooo`,
    'away from (?:the |my )?(?:office|desk|e-?mail|mail|keyboard|work)|(?:vacation|holiday) (?:reply|response|message|notice)',
    'автоматичен отговор|автоматический ответ|автоматична відповідь|автоответ(?:чик)?|извън офиса|вне офиса|поза офісом',
    'отсъствам от офиса|отсутствую (?:на рабочем месте|в офисе)',
    'autoodpowied[zź]|odpowied[zź] automatyczna|automatyczna odpowied[zź]|poza biurem|nieobecno[sś][cć] w biurze',
    'automatick[aá] odpov[eě][dď]|mimo kancelář|automatikus válasz|automaattinen vastaus|răspuns automat',
    'automatski odgovor|samodejni odgovor|аутоматски одговор|αυτόματη απάντηση|自動返信|自動応答|自动答复|自动回复|自動回覆|자동 회신|자동 응답',
    String.raw`automatische antwort|abwesenheits\p{L}{3,20}|automatisch antwoord|automatis[ck]t? svar|autosvar|niet op kantoor`,
    'otomatik yan[ıi]\u0307?t|ofis d[ıi]\u0307?ş[ıi]\u0307?nda(?:y[ıi]m)?',
    'réponse automatique|absente? du bureau|absent\\(e\\) du bureau|absence du bureau|respuesta automática|fuera de (?:la )?oficina',
    'resposta automática|fora do escritório|risposta automatica|fuori (?:sede|ufficio)',
  ].join(
    '|',
  )})(?=\s*(?:$|[^\p{L}\p{N}\s?]|(?:from|until|till|message|reply|auto-?reply|re:|notification|notice|assistant|до|от|od|do|von|bis|de)(?!\p{L})|auto-?reply|re:|\d))`,
  'iu',
)

// HCL (Lotus) Notes sets no field: `AUTO: Ann Kern is out of the office. (returning 05/01/2010)`
const NOTES_ABSENCE =
  /^\s*auto: .{1,120}(?:is out of (?:the )?office|ist au(?:ß|ss)er haus|ist nicht im (?:büro|haus)|ist abwesend|est absent|est[áa] (?:fuera|ausente)|è (?:fuori|assente)|jest (?:poza|nieobecn)|отсутству|отсъства|(?:вне|извън) офиса)/i

/** RFC 5546 §1.4: an invitation, an answer to one or its end; a calendar file without METHOD is a file. */
function calendarMethod(leaves: readonly MimePart[]): string | undefined {
  const part = leaves.find(one => one.contentType === 'text/calendar' && one.params.has('method'))
  const method = part?.params.get('method')?.toLowerCase() ?? ''
  return /^[a-z]{1,20}$/.test(method) ? method : undefined
}

/** RFC 2919 List-Id, RFC 2369 List-*, and the older Precedence. */
function listReason(fields: HeaderField[]): string | undefined {
  const name = [
    'list-id',
    'list-post',
    'list-unsubscribe',
    'list-help',
    'mailing-list',
    'x-mailing-list',
  ].find(one => firstValue(fields, one) !== undefined)
  if (name !== undefined) return name
  return /^list\b/i.test(firstValue(fields, 'precedence') ?? '') ? 'precedence' : undefined
}
