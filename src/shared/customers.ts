import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, Instant, nullable, oneOf } from './schemas.ts'
import { NumberParams } from './tickets.ts'
import { LANGUAGES, TICKET_STATES } from './vocabulary.ts'

/** A customer as their tickets show them. */
export const Customer = exactly({
  id: Id,
  name: nullable(Type.String()),
  addresses: Type.Array(Type.String()),
  /** BCP 47 primary tag: the language they last wrote in, or the one an agent chose. */
  language: nullable(Type.String()),
  isLanguageChosen: Type.Boolean(),
  note: Type.String(),
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
  }),
})

export const updateCustomer = defineRoute({
  method: 'PATCH',
  path: '/customers/:id',
  access: 'agent',
  summary:
    'Change the name, the language (null: as they last write) or the note of a customer of a ticket in sight',
  params: IdParams,
  body: exactly({
    name: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 200 }))),
    language: Type.Optional(nullable(oneOf(LANGUAGES))),
    note: Type.Optional(Type.String({ maxLength: 20_000 })),
  }),
  reply: Customer,
})
