import { defineRoute } from './define-route.ts'
import { exactly, IdParams, Instant, nullable } from './schemas.ts'
import { Message } from './tickets.ts'

export const rescheduleReply = defineRoute({
  method: 'PUT',
  path: '/messages/:id/schedule',
  access: 'agent',
  summary:
    'Send a scheduled reply at another time, at most a year ahead; null sends it now, and it can be undone as any reply. 409 `not-scheduled` once it no longer waits',
  params: IdParams,
  body: exactly({ sendAt: nullable(Instant) }),
  reply: Message,
})

export const unscheduleReply = defineRoute({
  method: 'DELETE',
  path: '/messages/:id/schedule',
  access: 'agent',
  summary:
    'Do not send a scheduled reply: it becomes the own draft on its ticket, with its recipients and files',
  params: IdParams,
  reply: 'nothing',
})
