import { Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id } from './schemas.ts'

export const getRemoteImage = defineRoute({
  method: 'GET',
  path: '/messages/:id/images/:index',
  access: 'agent',
  summary: 'A picture that the HTML of a message shows from elsewhere, fetched without a word of who looks',
  params: exactly({ id: Id, index: Type.Integer({ minimum: 0, maximum: 499 }) }),
  reply: 'bytes',
})
