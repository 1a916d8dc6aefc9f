import { defineRoute } from './define-route.ts'
import { exactly, Id } from './schemas.ts'
import { NumberParams } from './tickets.ts'

export const markRead = defineRoute({
  method: 'POST',
  path: '/tickets/:number/messages/read',
  access: 'agent',
  summary: 'The messages of a ticket were on the screen, as far as `upToMessageId`: the caller has read them',
  params: NumberParams,
  body: exactly({ upToMessageId: Id }),
  reply: 'nothing',
})
