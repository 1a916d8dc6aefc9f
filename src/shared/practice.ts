import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, Instant, nullable } from './schemas.ts'

/** One mail on the customers' side of the practice mailbox. */
export const PracticeMail = exactly({
  uid: Id,
  customer: Type.String(),
  direction: Type.Union([Type.Literal('to-customer'), Type.Literal('from-customer')]),
  from: Type.String(),
  to: Type.String(),
  subject: Type.String(),
  text: Type.String(),
  at: Instant,
})
export type PracticeMail = Static<typeof PracticeMail>

/** One practice customer with the exchange as they see it, oldest first. */
export const PracticeCustomer = exactly({
  address: Type.String(),
  name: Type.String(),
  language: Type.String(),
  mails: Type.Array(PracticeMail),
})
export type PracticeCustomer = Static<typeof PracticeCustomer>

export const getPractice = defineRoute({
  method: 'GET',
  path: '/practice',
  access: 'admin',
  summary: "The customers' side of the practice mailbox, or null where none is connected",
  reply: exactly({ isConnected: Type.Boolean(), customers: Type.Array(PracticeCustomer) }),
})

export const startPractice = defineRoute({
  method: 'POST',
  path: '/practice',
  access: 'admin',
  summary: 'Connect the practice mailboxes (support, billing) and let a handful of customers write',
  reply: exactly({ mailboxIds: Type.Array(Id) }),
})

export const removePractice = defineRoute({
  method: 'DELETE',
  path: '/practice',
  access: 'admin',
  summary: 'Remove the practice mailboxes with all their mail and tickets',
  reply: 'nothing',
})

export const writeAsCustomer = defineRoute({
  method: 'POST',
  path: '/practice/mails',
  access: 'admin',
  summary: 'Write as a practice customer: an answer to a mail they received, or a new mail',
  body: exactly({
    customer: Type.String({ maxLength: 320 }),
    answerToUid: nullable(Id),
    to: Type.Optional(Type.String({ maxLength: 320 })),
    subject: Type.Optional(Type.String({ maxLength: 500 })),
    text: Type.String({ minLength: 1, maxLength: 20_000 }),
  }),
  reply: 'nothing',
})
