import { type Static, Type } from 'typebox'
import { exactly, Instant, nullable, oneOf } from './schemas.ts'
import {
  BOUNCE_REASONS,
  BOUNCE_SEVERITIES,
  CANCELLED_BY,
  FAILURE_STATES,
  OUTBOX_STATES,
  RECIPIENT_STATES,
} from './vocabulary.ts'

/** How an outgoing message stands, with the server's own words. */
export const Delivery = exactly({
  state: oneOf(OUTBOX_STATES),
  dueAt: Instant,
  replyCode: nullable(Type.Integer()),
  replyText: nullable(Type.String()),
  /** Held for longer than the undo window, as its agent chose (shared/schedules.ts). */
  isScheduled: Type.Boolean(),
  /** When it counts as late; null once it is no longer on its way. */
  lateFrom: nullable(Instant),
  cancelledBy: nullable(oneOf(CANCELLED_BY)),
  mayHaveBeenSentTwice: Type.Boolean(),
  /** null where nothing failed. */
  failure: nullable(oneOf(FAILURE_STATES)),
  recipients: Type.Array(
    exactly({
      address: Type.String(),
      state: oneOf(RECIPIENT_STATES),
      /** Why it failed, came back or is late; null where nothing is wrong or no server said why. */
      reason: nullable(oneOf(BOUNCE_REASONS)),
      severity: nullable(oneOf(BOUNCE_SEVERITIES)),
      replyText: nullable(Type.String()),
    }),
  ),
})
export type Delivery = Static<typeof Delivery>
