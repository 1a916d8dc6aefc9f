import { type Static, Type } from 'typebox'
import { Correspondent, exactly, nullable, oneOf } from './schemas.ts'
import { SENDER_CHECKERS, SENDER_GRADES, SENDER_REASONS } from './vocabulary.ts'

/** Who a ticket is about. Of one begun without mail there may be no address; then `name` may be a phone number. */
export const TicketCustomer = exactly({ name: nullable(Type.String()), address: nullable(Type.String()) })

/** How far the sender of an incoming message is who they say they are, who says so, why, and on what grounds. */
export const SenderCheck = exactly({
  grade: oneOf(SENDER_GRADES),
  checker: oneOf(SENDER_CHECKERS),
  reason: oneOf(SENDER_REASONS),
  server: nullable(Type.String()),
  signedBy: Type.Array(Type.String()),
  path: nullable(Type.String()),
  policy: nullable(oneOf(['none', 'quarantine', 'reject'] as const)),
  ignored: Type.Array(Type.String()),
})
export type SenderCheck = Static<typeof SenderCheck>

/** One who may be taken into a ticket's exchange and gets nothing until then. `by`: who copied them in. */
export const Proposal = exactly({
  name: nullable(Type.String()),
  address: Type.String(),
  by: nullable(Correspondent),
  isVouched: Type.Boolean(),
})
export type Proposal = Static<typeof Proposal>
