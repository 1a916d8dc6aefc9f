import type { HeaderField } from '../mail/header-fields.ts'
import type { MailKind } from '../shared/vocabulary.ts'

/** What decides whether a mail may be answered automatically. */
export type AutoReplyQuestion = {
  kind: MailKind
  /** Normal form (`addressKey`) of the sender; null when it has none. */
  from: string | null
  /** The header of the raw mail. */
  fields: readonly HeaderField[]
  /** Normal forms of all our mailboxes. */
  ownAddresses: ReadonlySet<string>
}

// Local parts behind which nobody reads, as RFC 2142 and common systems name them.
const robots =
  /^(?:mailer-daemon|postmaster|abuse|no-?_?\.?reply.*|do-?_?\.?not-?_?\.?reply.*|bounces?|listserv|majordomo|owner-.*|.*-(?:request|owner|bounces?)|noc|root|nobody)(?:\+.*)?$/

/**
 * Whether a mail may be answered by a machine, and why not (RFC 3834 §2). Never: robots, bounces and
 * lists, a null sender, ourselves, addresses nobody reads, and who asks for silence. More than the
 * reading of its kind, since one wrong answer can start a loop.
 *
 * @returns null when it may, else the reason as a word for the log
 */
export function refuseAutoReply(question: AutoReplyQuestion): string | null {
  const { kind, from, fields, ownAddresses } = question
  if (kind !== 'person') return kind
  if (from === null) return 'no-sender'
  if (ownAddresses.has(from)) return 'own-address'
  if (robots.test(from.slice(0, from.lastIndexOf('@')))) return 'robot-address'
  const has = (name: string, value: RegExp) =>
    fields.some(field => field.name === name && value.test(field.value))
  if (has('return-path', /^<\s*>/)) return 'null-sender'
  if (has('auto-submitted', /^(?!no\b)\S/i)) return 'auto-submitted'
  if (has('precedence', /^(bulk|junk|list|auto_reply)/i)) return 'precedence'
  if (has('x-auto-response-suppress', /\b(all|autoreply|oof)\b/i)) return 'asked-for-silence'
  return fields.some(field => /^(list-(id|post|unsubscribe)|feedback-id)$/.test(field.name)) ? 'list' : null
}
