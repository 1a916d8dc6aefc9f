import { Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { Correspondent, exactly, Id } from './schemas.ts'
import { NumberParams } from './tickets.ts'

export const getReplySender = defineRoute({
  method: 'GET',
  path: '/tickets/:number/reply-sender',
  access: 'agent',
  summary:
    'As whom the own next reply goes out (the alias the customer wrote to), and the signature below it',
  params: NumberParams,
  query: exactly({ answeredMessageId: Type.Optional(Id) }),
  reply: exactly({ from: Correspondent, signature: Type.String() }),
})
