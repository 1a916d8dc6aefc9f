/** The mails whose words a mailbox may have of its own. */
export const MAIL_TEMPLATES = ['reply', 'acknowledgement'] as const
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
  acknowledgement: anyMail,
}

/** Whether the subject is the template's; that of a reply stays the ticket's, or the exchange would fall apart. */
export const HAS_SUBJECT: Readonly<Record<MailTemplate, boolean>> = { reply: false, acknowledgement: true }

/** The longest template of one part. */
export const MAX_TEMPLATE_CHARS = 20_000
