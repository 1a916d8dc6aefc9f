import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, oneOf } from './schemas.ts'

/** What makes a new desk ready, in the order it is best done. */
export const FIRST_STEPS = ['mailbox', 'first-mail', 'colleague', 'signature', 'saved-reply'] as const

const FirstStep = exactly({ id: oneOf(FIRST_STEPS), isDone: Type.Boolean() })
export type FirstStep = Static<typeof FirstStep>

export const getFirstSteps = defineRoute({
  method: 'GET',
  path: '/first-steps',
  access: 'admin',
  summary: 'What makes a new desk ready, and which of it is done; practice mailboxes count for nothing',
  reply: exactly({ steps: Type.Array(FirstStep) }),
})
