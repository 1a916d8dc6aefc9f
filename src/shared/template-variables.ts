/** The mails whose words a mailbox may have of its own. */
export const MAIL_TEMPLATES = ['reply', 'acknowledgement', 'acknowledgement-closed'] as const
export type MailTemplate = (typeof MAIL_TEMPLATES)[number]

/**
 * One thing a template may show. `lines` is text of several lines: in HTML the list `<name>Lines` holds
 * them one by one. `always`: the mail would be nothing without it, so it stands outside of every condition.
 */
export type TemplateVariable = { name: string; is: 'line' | 'lines'; always?: true }

const anyMail: readonly TemplateVariable[] = [
  { name: 'number', is: 'line' },
  { name: 'mailboxName', is: 'line' },
  { name: 'mailboxAddress', is: 'line' },
  { name: 'language', is: 'line' },
]

// Both have the same, so that words can be taken over from one to the other.
const anyAcknowledgement: readonly TemplateVariable[] = [
  ...anyMail,
  { name: 'answerBy', is: 'line' },
  { name: 'opensAt', is: 'line' },
]

/**
 * What each template may show; the editor lists it. An acknowledgement has nothing that a stranger wrote,
 * neither name nor subject: it would carry their words to whomever they forge as the sender.
 */
export const TEMPLATE_VARIABLES: Readonly<Record<MailTemplate, readonly TemplateVariable[]>> = {
  reply: [
    { name: 'text', is: 'lines', always: true },
    { name: 'signature', is: 'lines' },
    { name: 'history', is: 'lines' },
    { name: 'sentOn', is: 'line' },
    { name: 'author', is: 'line' },
    { name: 'agentName', is: 'line' },
    ...anyMail,
  ],
  acknowledgement: anyAcknowledgement,
  'acknowledgement-closed': anyAcknowledgement,
}

/** What a signature may show: an agent's own, or that of a mailbox or alias. */
export const SIGNATURE_VARIABLES = {
  agent: ['agentName', 'mailboxName', 'mailboxAddress'],
  mailbox: ['agentName', 'agentSignature', 'mailboxName', 'mailboxAddress'],
} as const
export type SignatureKind = keyof typeof SIGNATURE_VARIABLES

/** Whether the subject is the template's; that of a reply stays the ticket's, or the exchange would fall apart. */
export const HAS_SUBJECT: Readonly<Record<MailTemplate, boolean>> = {
  reply: false,
  acknowledgement: true,
  'acknowledgement-closed': true,
}

/** The longest template of one part. */
export const MAX_TEMPLATE_CHARS = 20_000

/** Who may use a saved reply: its owner, all who may use its mailbox, or everybody. */
export const SAVED_REPLY_SCOPES = ['mine', 'mailbox', 'all'] as const
export type SavedReplyScope = (typeof SAVED_REPLY_SCOPES)[number]

/** What a saved reply may show; without a value each stays in the reply as a gap, `{{name}}`. */
export const SAVED_REPLY_VARIABLES = [
  'customerFirstName',
  'customerName',
  'agentFirstName',
  'agentName',
  'number',
  'subject',
  'mailboxName',
  'mailboxAddress',
] as const

/** A stretch of a text; `gap` names the variable where it is one that was not filled in. */
export type GapPart = { start: number; text: string; gap: string | null }

/**
 * A text cut at its gaps. Only `{{name}}` with a name of ours is one: whoever writes about other templates may
 * do so.
 */
export function splitAtGaps(text: string): GapPart[] {
  const parts: GapPart[] = []
  let at = 0
  for (const match of text.matchAll(/\{\{([A-Za-z]{1,40})\}\}/g)) {
    const [whole, name = ''] = match
    if (!SAVED_REPLY_VARIABLES.some(known => known === name)) continue
    if (match.index > at) parts.push({ start: at, text: text.slice(at, match.index), gap: null })
    parts.push({ start: match.index, text: whole, gap: name })
    at = match.index + whole.length
  }
  if (at < text.length) parts.push({ start: at, text: text.slice(at), gap: null })
  return parts
}

/** The variables that were not filled in, each once. */
export function findGaps(text: string): string[] {
  return [...new Set(splitAtGaps(text).flatMap(part => part.gap ?? []))]
}
