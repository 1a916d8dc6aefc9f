import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly } from './schemas.ts'

/** What one outgoing mail may weigh, encoded, and a file that is to fit in it. */
export const Limits = exactly({ maxMailBytes: Type.Integer(), maxFileBytes: Type.Integer() })
export type Limits = Static<typeof Limits>

export const getLimits = defineRoute({
  method: 'GET',
  path: '/limits',
  access: 'agent',
  summary: 'What one outgoing mail may weigh, encoded, and a file that is to fit in it',
  reply: Limits,
})
