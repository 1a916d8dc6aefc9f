import type { Delivery } from '../../shared/delivery.ts'
import type { CancelledBy, OutboxState } from '../../shared/vocabulary.ts'

/** What is shown of a delivery: what servers told later goes before what ours said when it took the mail. */
export type Shown =
  | OutboxState
  | 'bounced'
  | 'bouncedPartly'
  | 'delayed'
  | 'delivered'
  | 'scheduled'
  | 'late'
  | 'lateHeld'
  | 'overtaken'
  | 'stopped'

const CANCELLED: Record<CancelledBy, Shown> = { agent: 'cancelled', customer: 'overtaken', admin: 'stopped' }

/** What is shown of a delivery at this moment: each word is a sentence of the catalogues (`delivery.<word>`). */
export function shownState(delivery: Delivery, now: Date): Shown {
  const { state, isScheduled, lateFrom, cancelledBy } = delivery
  if (state === 'cancelled') return CANCELLED[cancelledBy ?? 'agent']
  if (state === 'accepted') return acceptedState(delivery)
  if (lateFrom !== null && Date.parse(lateFrom) <= now.getTime())
    return state === 'held' ? 'lateHeld' : 'late'
  return state === 'held' && isScheduled ? 'scheduled' : state
}

function acceptedState({ recipients }: Delivery): Shown {
  const states = recipients.map(one => one.state)
  if (states.includes('bounced'))
    return states.every(one => one === 'bounced' || one === 'failed') ? 'bounced' : 'bouncedPartly'
  if (states.includes('delayed')) return 'delayed'
  return states.length > 0 && states.every(one => one === 'delivered') ? 'delivered' : 'accepted'
}
