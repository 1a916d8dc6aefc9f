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
