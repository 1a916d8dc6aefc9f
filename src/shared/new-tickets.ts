import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { MarkedRecipient } from './recipients.ts'
import { OfferedReply } from './saved-replies.ts'
import { Correspondent, EmailAddress, exactly, Id, Instant, nullable, oneOf, RichWords } from './schemas.ts'
import { Snooze } from './ticket-change.ts'
import { Message, Upload } from './tickets.ts'

// One line with something to be seen on it.
const Subject = Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\r\\n\\x00]*\\S[^\\r\\n\\x00]*$' })
const MaybeSubject = Type.String({ maxLength: 500, pattern: '^[^\\r\\n\\x00]*$' })
const Addresses = Type.Array(EmailAddress, { maxItems: 100 })

/** The mailbox a mail goes out of, and which of its addresses: without `from` its own. */
const chosenMailbox = { mailboxId: Id, from: Type.Optional(EmailAddress) }

export const sendNewMail = defineRoute({
  method: 'POST',
  path: '/new-mails',
  access: 'agent',
  summary:
    'Begin a ticket by a mail; it can be undone until `message.delivery.dueAt`, and its ticket is in the Trash then. Its customer is the first of `to`, its assignee who sends it. 422 `own-address` where it goes to a mailbox of this instance',
  isIdempotent: true,
  body: exactly({
    ...chosenMailbox,
    to: Type.Array(EmailAddress, { minItems: 1, maxItems: 100 }),
    cc: Type.Optional(Addresses),
    bcc: Type.Optional(Addresses),
    subject: Subject,
    text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    html: Type.Optional(RichWords),
    uploadIds: Type.Optional(Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100 })),
    stateAfter: Type.Optional(oneOf(['open', 'waiting', 'closed'] as const)),
    sendAt: Type.Optional(Instant),
    snooze: Type.Optional(Snooze),
  }),
  reply: exactly({ number: Id, message: Message }),
})

/** As whom a new mail goes out, the signature below it, and what is to be known of each it goes to. */
export const NewMailPreview = exactly({
  from: Correspondent,
  signature: Type.String(),
  to: Type.Array(MarkedRecipient),
  cc: Type.Array(MarkedRecipient),
  bcc: Type.Array(MarkedRecipient),
  /** Addresses of mailboxes of this instance: it is not sent there. */
  own: Type.Array(Type.String()),
})
export type NewMailPreview = Static<typeof NewMailPreview>

export const previewNewMail = defineRoute({
  method: 'POST',
  path: '/new-mails/preview',
  access: 'agent',
  summary: 'A mail that would begin a ticket: as whom it goes out, and to whom; sends and keeps nothing',
  body: exactly({
    ...chosenMailbox,
    to: Type.Optional(Addresses),
    cc: Type.Optional(Addresses),
    bcc: Type.Optional(Addresses),
  }),
  reply: NewMailPreview,
})

export const offerForNewMail = defineRoute({
  method: 'GET',
  path: '/new-mails/saved-replies',
  access: 'agent',
  summary: 'Saved replies written with the values of a mail that would begin a ticket, most used first',
  query: exactly({ ...chosenMailbox, to: Type.Optional(EmailAddress), subject: Type.Optional(MaybeSubject) }),
  reply: exactly({ data: Type.Array(OfferedReply) }),
})

export const openWithoutMail = defineRoute({
  method: 'POST',
  path: '/tickets',
  access: 'agent',
  summary:
    'Begin a ticket without mail, as after a phone call: its words are a note, and nothing is sent. `customer.address` decides before `customer.id`; a name and a phone number are kept with the customer, nobody is a customer where all is empty. Without a subject the first line of the words is one',
  isIdempotent: true,
  body: exactly({
    mailboxId: Id,
    subject: MaybeSubject,
    customer: exactly({
      id: Type.Optional(Id),
      name: Type.Optional(Type.String({ maxLength: 200 })),
      address: Type.Optional(EmailAddress),
      phone: Type.Optional(Type.String({ maxLength: 60 })),
    }),
    text: Type.Optional(Type.String({ maxLength: 100_000 })),
    html: Type.Optional(RichWords),
    state: Type.Optional(oneOf(['open', 'closed'] as const)),
  }),
  reply: exactly({ number: Id }),
})

// As typed: what is not finished yet is kept as well.
const Typed = Type.Array(Type.String({ maxLength: 320 }), { maxItems: 100 })

/** What stands above the words of a ticket that is not begun yet. */
export const NewTicketHead = exactly({
  kind: oneOf(['mail', 'phone'] as const),
  mailboxId: nullable(Id),
  from: nullable(Type.String({ maxLength: 320 })),
  subject: Type.String({ maxLength: 500 }),
  /** Of one without mail: whom it is about. */
  customerId: nullable(Id),
  name: Type.String({ maxLength: 200 }),
  address: Type.String({ maxLength: 320 }),
  phone: Type.String({ maxLength: 60 }),
})
export type NewTicketHead = Static<typeof NewTicketHead>

/** An agent's unsent words of a ticket that is not begun yet: one draft each. */
export const NewTicketContent = exactly({
  text: Type.String({ maxLength: 1_000_000 }),
  html: nullable(RichWords),
  to: Typed,
  cc: Typed,
  bcc: Typed,
  uploadIds: Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100 }),
  head: NewTicketHead,
})
export type NewTicketContent = Static<typeof NewTicketContent>

/** The words of a new ticket as kept, with the files that are still there. */
export const SavedNewTicket = exactly({
  ...NewTicketContent.properties,
  uploads: Type.Array(Upload),
  revision: Type.Integer(),
  savedAt: Instant,
})
export type SavedNewTicket = Static<typeof SavedNewTicket>

export const findNewTicketDraft = defineRoute({
  method: 'GET',
  path: '/new-ticket-draft',
  access: 'agent',
  summary: 'The own draft of a ticket that is not begun yet, null where there is none',
  reply: exactly({ draft: nullable(SavedNewTicket) }),
})

export const saveNewTicketDraft = defineRoute({
  method: 'PUT',
  path: '/new-ticket-draft',
  access: 'agent',
  summary:
    'Keep the own draft of a ticket that is not begun yet. `revision` is the one it continues, 0 for a new one; 409 `draft-changed` when another device saved since',
  body: exactly({ content: NewTicketContent, revision: Type.Integer({ minimum: 0 }) }),
  reply: exactly({ revision: Id, savedAt: Instant }),
})

export const dropNewTicketDraft = defineRoute({
  method: 'DELETE',
  path: '/new-ticket-draft',
  access: 'agent',
  summary: 'Throw the own draft of a ticket that is not begun yet away',
  reply: 'nothing',
})
