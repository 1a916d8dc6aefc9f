import type { MailKind } from '../shared/vocabulary.ts'
import { allValues, firstValue, type HeaderField } from './header-fields.ts'
import type { Address, DeliveryReport } from './mail-types.ts'
import type { MimePart } from './mime-tree.ts'

/** What the decision is made of. */
export type MailFacts = {
  fields: HeaderField[]
  root: MimePart
  from: Address | null
  subject: string
  deliveryReport: DeliveryReport | null
}

type Verdict = { kind: MailKind; kindReason: string | null }

/**
 * What kind of sender wrote a mail, and the fact that says so. It decides whether we may answer
 * automatically (RFC 3834 §2), never whether the mail is kept (A28). `own` is not decided here:
 * that takes a verified X-Letterdesk-Ref.
 */
export function classifyMail(facts: MailFacts): Verdict {
  const bounce = bounceReason(facts)
  if (bounce !== undefined) return { kind: 'bounce', kindReason: bounce }
  const automatic = automaticReason(facts)
  if (automatic !== undefined) return { kind: 'auto-reply', kindReason: automatic }
  const list = listReason(facts.fields)
  if (list !== undefined) return { kind: 'list', kindReason: list }
  if (/^(bulk|junk)\b/i.test(firstValue(facts.fields, 'precedence') ?? '')) {
    return { kind: 'auto-reply', kindReason: 'precedence' }
  }
  return { kind: 'person', kindReason: null }
}

/** RFC 3464, else the null sender (RFC 5321 §4.5.5) together with the name of a mail system. */
function bounceReason(facts: MailFacts): string | undefined {
  const reportType = facts.root.params.get('report-type')?.toLowerCase()
  if (facts.root.contentType === 'multipart/report' && /delivery-status$/.test(reportType ?? ''))
    return 'delivery-status'
  if (firstValue(facts.fields, 'x-failed-recipients') !== undefined) return 'x-failed-recipients'
  if (facts.deliveryReport) return 'delivery-status'
  const sender = facts.from?.address ?? firstValue(facts.fields, 'from') ?? '' // `MAILER-DAEMON <>` has no address
  const isSystem = /^"?(mailer-?daemon|mail-?daemon|postmaster)\b/i.test(sender)
  if (!isSystem) return undefined
  if (hasNullSender(facts.fields)) return 'null-sender'
  return BOUNCE_SUBJECT.test(facts.subject) ? 'mailer-daemon' : undefined
}

const BOUNCE_SUBJECT =
  /undeliver|deliver(y|ed)? (status|fail|problem|report)|failure notice|returned (mail|to sender)|mail (delivery|system)|не ?доставлен|недоставен|niedostarczon|nie dostarczono|unzustellbar/i

function hasNullSender(fields: HeaderField[]): boolean {
  return allValues(fields, 'return-path').some(value => /^<\s*>$/.test(value))
}

function automaticReason(facts: MailFacts): string | undefined {
  const { fields, root } = facts
  if (root.contentType === 'multipart/report')
    return root.params.get('report-type')?.toLowerCase().slice(0, 40) ?? 'report'
  const submitted = allValues(fields, 'auto-submitted').map(value => value.toLowerCase())
  if (submitted.some(value => !/^no\b/.test(value))) return 'auto-submitted' // RFC 3834 §5
  const marker = MARKERS.find(([name, value]) => value.test(firstValue(fields, name) ?? ''))
  if (marker) return marker[0]
  if (hasNullSender(fields)) return 'null-sender'
  if (ABSENCE_SUBJECT.test(facts.subject)) return 'subject'
  const local = facts.from?.address.split('@', 1)[0]?.toLowerCase() ?? ''
  return ROBOT.test(local) ? 'no-reply-sender' : undefined
}

const ROBOT = /^(mailer-?daemon|mail-?daemon|(do|does)?[._-]?not?[._-]?reply([._+-].*)?)$/

// Fields of responders that came before or ignore RFC 3834.
const MARKERS: readonly (readonly [string, RegExp])[] = [
  ['x-auto-response-suppress', /\b(all|oof|autoreply)\b/i], // [MS-OXCMAIL]: the sender wants no automatic answer
  ['x-autoreply', /^(?!no\b|false\b)./i],
  ['x-autorespond', /./],
  ['x-autoresponder', /./],
  ['x-mail-autoreply', /./],
  ['x-auto-reply-from', /./],
  ['x-vacation', /./],
  ['x-cron-env', /./],
  ['x-ms-exchange-generated-message-source', /mailbox rules|oof/i],
  ['delivered-to', /^autoresponder$/i],
  ['precedence', /^(auto_?reply|auto-reply)/i],
  ['preference', /^auto_?reply/i],
]

const ABSENCE_SUBJECT =
  /^(?:(?:re|fwd?|aw|odp|отг|ответ) ?: ?)?(?:auto(?:matic|mated)?[ -]?(?:reply|response|antwort)|out of (?:the )?office|vacation (?:reply|response)|away from|автоматичен отговор|автоматический ответ|автоответ|извън офиса|autoodpowied[zź]|odpowied[zź] automatyczna|automatyczna odpowied[zź]|poza biurem|automatische antwort|abwesenheits|réponse automatique|respuesta automática)/i

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
