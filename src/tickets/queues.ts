import type { Queue, TicketState } from '../shared/vocabulary.ts'

/** What makes up a queue: states, and whose tickets. `counted` queues show a number. */
export type QueueRule = {
  states: readonly TicketState[]
  assignee: 'anyone' | 'caller' | 'nobody'
  counted: boolean
  /** Only tickets with a reply that did not arrive, and that nobody has dealt with. */
  isUndelivered?: true
}

/**
 * The queues as conditions. All is everything but spam; Closed, All and Spam show no number, as
 * counting them would mean counting everything (mail-core.md 19).
 */
export const queueRules: Readonly<Record<Queue, QueueRule>> = {
  mine: { states: ['open', 'waiting'], assignee: 'caller', counted: true },
  unassigned: { states: ['open', 'waiting'], assignee: 'nobody', counted: true },
  all: { states: ['open', 'waiting', 'closed'], assignee: 'anyone', counted: false },
  undelivered: {
    states: ['open', 'waiting', 'closed'],
    assignee: 'anyone',
    counted: true,
    isUndelivered: true,
  },
  closed: { states: ['closed'], assignee: 'anyone', counted: false },
  spam: { states: ['spam'], assignee: 'anyone', counted: false },
}

/** More than this is shown as "999+", so nothing beyond it is counted. */
export const countLimit = 1000
