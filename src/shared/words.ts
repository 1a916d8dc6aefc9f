import { Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, IdParams, nullable } from './schemas.ts'

export const getMessageWords = defineRoute({
  method: 'GET',
  path: '/messages/:id/words',
  access: 'agent',
  summary:
    'What an agent wrote of a message, without signature and history, to go on with. `pictures` tells which attachment each `data-upload` of `html` has become',
  params: IdParams,
  reply: exactly({
    text: Type.String(),
    html: nullable(Type.String()),
    pictures: Type.Array(exactly({ uploadId: Type.String(), attachmentId: Id })),
  }),
})

export const getUpload = defineRoute({
  method: 'GET',
  path: '/uploads/:id',
  access: 'agent',
  summary: 'An own upload that was not sent yet; raster images may be shown inline',
  params: exactly({ id: Type.String({ format: 'uuid' }) }),
  reply: 'bytes',
})
