import { type Static, Type } from 'typebox'
import { FieldContent, FieldValue } from './customer-fields.ts'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, Instant, nullable, oneOf } from './schemas.ts'
import { NumberParams } from './tickets.ts'
import { CUSTOMER_FIELD_LIMITS, LANGUAGES, MOST_NOTE_CHARS, TICKET_STATES } from './vocabulary.ts'

/** A customer as their tickets show them. */
export const Customer = exactly({
  id: Id,
  name: nullable(Type.String()),
  addresses: Type.Array(Type.String()),
  /** BCP 47 primary tag: the language they last wrote in, or the one an agent chose. */
  language: nullable(Type.String()),
  isLanguageChosen: Type.Boolean(),
  /** As an agent typed it. */
  phone: nullable(Type.String()),
  note: Type.String(),
  /** Who changed the note last; null where there is none, or it is from before that was kept. */
  noteChange: nullable(exactly({ agentId: Id, at: Instant })),
  /** Of the fields the desk has of its own: those that are filled in. */
  fieldValues: Type.Array(FieldValue),
  /** How far the clock of their mail is from UTC, in minutes to the east; null when unknown. */
  utcOffsetMinutes: nullable(Type.Integer()),
  since: Instant,
})
export type Customer = Static<typeof Customer>

/** Another ticket of the same customer. */
export const CustomerTicket = exactly({
  number: Type.Integer(),
  mailboxId: Id,
  subject: Type.String(),
  state: oneOf(TICKET_STATES),
  lastMessageAt: Instant,
})
export type CustomerTicket = Static<typeof CustomerTicket>

/** Somebody who was merged into a customer, with what was theirs. */
export const MergedCustomer = exactly({
  mergeId: Id,
  name: nullable(Type.String()),
  phone: nullable(Type.String()),
  addresses: Type.Array(Type.String()),
  /** What stands in their fields, and would again. */
  fieldValues: Type.Array(FieldValue),
  agentId: Id,
  at: Instant,
})
export type MergedCustomer = Static<typeof MergedCustomer>

export const getTicketCustomer = defineRoute({
  method: 'GET',
  path: '/tickets/:number/customer',
  access: 'agent',
  summary: 'The customer of a ticket with their other tickets, newest first; null where it has none',
  params: NumberParams,
  reply: exactly({
    customer: nullable(Customer),
    /** At most 10, of the mailboxes the agent may use. */
    tickets: Type.Array(CustomerTicket),
    /** How many other tickets there are in those mailboxes, counted up to 1,000. */
    ticketCount: Type.Integer(),
    /** Who was merged into them, newest first. */
    merged: Type.Array(MergedCustomer),
  }),
})

export const updateCustomer = defineRoute({
  method: 'PATCH',
  path: '/customers/:id',
  access: 'agent',
  summary:
    'Change the name, the language (null: as they last write), the phone number, the note or values of fields (null: none) of a customer of a ticket in sight',
  params: IdParams,
  body: exactly({
    name: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 200 }))),
    language: Type.Optional(nullable(oneOf(LANGUAGES))),
    phone: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 60 }))),
    note: Type.Optional(Type.String({ maxLength: MOST_NOTE_CHARS })),
    fieldValues: Type.Optional(
      Type.Array(exactly({ fieldId: Id, value: nullable(FieldContent) }), {
        maxItems: CUSTOMER_FIELD_LIMITS.fields,
      }),
    ),
  }),
  reply: Customer,
})

/** A customer as a composer offers them while their name or address is typed. */
export const KnownCustomer = exactly({
  id: Id,
  name: nullable(Type.String()),
  address: nullable(Type.String()),
  phone: nullable(Type.String()),
})
export type KnownCustomer = Static<typeof KnownCustomer>

export const suggestCustomers = defineRoute({
  method: 'GET',
  path: '/customers',
  access: 'agent',
  summary:
    'Customers with tickets in sight whose address begins with this, or whose name has a word that does: at most eight rows, one for each address',
  query: exactly({ text: Type.String({ minLength: 2, maxLength: 200 }) }),
  reply: exactly({ data: Type.Array(KnownCustomer) }),
})

/** What merging two people would do, before it is done. */
export const CustomerMergePreview = exactly({
  survivor: Customer,
  merged: Customer,
  /** How many tickets go over, counted up to 1,000. */
  ticketCount: Type.Integer(),
  after: exactly({
    name: nullable(Type.String()),
    phone: nullable(Type.String()),
    language: nullable(Type.String()),
    isLanguageChosen: Type.Boolean(),
    note: Type.String(),
  }),
})
export type CustomerMergePreview = Static<typeof CustomerMergePreview>

export const previewCustomerMerge = defineRoute({
  method: 'GET',
  path: '/customers/:id/merge',
  access: 'agent',
  summary: 'What merging another customer into this one would do',
  params: IdParams,
  query: exactly({ otherId: Id }),
  reply: CustomerMergePreview,
})

export const mergeCustomer = defineRoute({
  method: 'POST',
  path: '/customers/:id/merge',
  access: 'agent',
  summary:
    'Merge another customer into this one: their tickets, addresses and what is known of them. Needs every mailbox in which either has a ticket',
  params: IdParams,
  body: exactly({ otherId: Id }),
  reply: exactly({ mergeId: Id }),
})

export const undoCustomerMerge = defineRoute({
  method: 'POST',
  path: '/customer-merges/:id/undo',
  access: 'agent',
  summary:
    'Make one person two again: what was each one’s goes back, with the tickets that came since from an address of theirs',
  params: IdParams,
  reply: 'nothing',
})
