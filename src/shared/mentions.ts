import { defineRoute } from './define-route.ts'
import { exactly, Id } from './schemas.ts'
import { NumberParams } from './tickets.ts'

export const seeMentions = defineRoute({
  method: 'POST',
  path: '/tickets/:number/mentions/seen',
  access: 'agent',
  summary:
    'The notes of a ticket were on the screen, as far as `upToNoteId`: what mentions the caller in them is seen',
  params: NumberParams,
  body: exactly({ upToNoteId: Id }),
  reply: 'nothing',
})
