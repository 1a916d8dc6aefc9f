import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { Correspondent, EmailAddress, exactly, Id, nullable, oneOf } from './schemas.ts'
import { NumberParams } from './tickets.ts'
import { RECIPIENT_MARKS } from './vocabulary.ts'

/** A recipient with what an agent should know of them before the reply leaves. */
export const MarkedRecipient = exactly({
  ...Correspondent.properties,
  marks: Type.Array(oneOf(RECIPIENT_MARKS)),
})
export type MarkedRecipient = Static<typeof MarkedRecipient>

/** Whom a reply would go to; `dropped` were in the exchange so far and would get nothing. */
export const JudgedRecipients = exactly({
  to: Type.Array(MarkedRecipient),
  cc: Type.Array(MarkedRecipient),
  bcc: Type.Array(MarkedRecipient),
  dropped: Type.Array(Correspondent),
})
export type JudgedRecipients = Static<typeof JudgedRecipients>

const Chosen = Type.Optional(Type.Array(EmailAddress, { maxItems: 100 }))

export const judgeRecipients = defineRoute({
  method: 'POST',
  path: '/tickets/:number/recipients',
  access: 'agent',
  summary:
    'Whom a reply would go to, and what is to be known of each; sends and keeps nothing. What is left out is as in a reply: the defaults of the answered message',
  params: NumberParams,
  body: exactly({
    answeredMessageId: Type.Optional(nullable(Id)),
    to: Chosen,
    cc: Chosen,
    bcc: Chosen,
  }),
  reply: JudgedRecipients,
})
