import { Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { EmailAddress, exactly, Id, RichWords } from './schemas.ts'
import { Message, NumberParams } from './tickets.ts'

const Addresses = Type.Array(EmailAddress, { maxItems: 100 })

export const forwardMessage = defineRoute({
  method: 'POST',
  path: '/tickets/:number/forwards',
  access: 'agent',
  summary:
    'Forward a message to a third party, with the files given as uploads. What is written with them is a side thread of the ticket (`sideThreadId`) that never reaches the customer; the ticket keeps its state. `insteadOf`: the forward that did not arrive, which this one follows',
  params: NumberParams,
  isIdempotent: true,
  body: exactly({
    messageId: Id,
    text: Type.Optional(Type.String({ maxLength: 1_000_000 })),
    html: Type.Optional(RichWords),
    to: Type.Array(EmailAddress, { minItems: 1, maxItems: 100 }),
    cc: Type.Optional(Addresses),
    bcc: Type.Optional(Addresses),
    insteadOf: Type.Optional(Id),
    uploadIds: Type.Optional(Type.Array(Type.String({ format: 'uuid' }), { maxItems: 100 })),
  }),
  reply: Message,
})
