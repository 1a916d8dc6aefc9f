import {
  type ListOrder,
  type Queue,
  type QueueName,
  type TicketState,
  teamOfQueue,
} from '../shared/vocabulary.ts'

/**
 * One stretch of a list, sorted by one column: who waits, longest first; the others; all, by their newest
 * message; what sleeps until a time, and until a mail; what is in the Trash; what the caller is writing in,
 * what they sent a reply from, and what mentions them.
 */
export type ListPart =
  | 'awaited'
  | 'rest'
  | 'newest'
  | 'timed'
  | 'untimed'
  | 'deleted'
  | 'drafted'
  | 'sent'
  | 'mentioned'

/** What makes up a queue: states, whose tickets, and where they stand. `counted` queues show a number. */
export type QueueRule = {
  states: readonly TicketState[]
  /** `nobody`: no agent and no team; a number: the team of that id; of a filter one agent. */
  assignee: 'anyone' | 'caller' | 'nobody' | number | { agentId: number }
  /**
   * `at-hand`: neither put away nor in the Trash; `kept`: not in the Trash; `undelivered`: that, with a reply
   * that did not arrive and that nobody has dealt with; `drafted` and `sent`: with a draft or a reply of the caller.
   * `mentioned`: with a note that mentions the caller; those alone are counted that they have not seen.
   */
  holds: 'at-hand' | 'kept' | 'snoozed' | 'deleted' | 'undelivered' | 'drafted' | 'sent' | 'mentioned'
  /** How it may be sorted, its own way first. */
  sorts: readonly (ListOrder | 'waking' | 'deletion' | 'writing' | 'sending' | 'mention')[]
  counted: boolean
}

/** Of what a list is made, one part after the other. */
export const sortParts: Readonly<Record<QueueRule['sorts'][number], readonly ListPart[]>> = {
  waiting: ['awaited', 'rest'],
  newest: ['newest'],
  waking: ['timed', 'untimed'],
  deletion: ['deleted'],
  writing: ['drafted'],
  sending: ['sent'],
  mention: ['mentioned'],
}

const anyone = { assignee: 'anyone', holds: 'kept', sorts: ['newest'], counted: false } as const

/**
 * The queues as conditions. All is everything but spam and the Trash; Closed, All, Spam and Trash show no
 * number, as counting them would mean counting everything.
 */
export const queueRules: Readonly<Record<Queue, QueueRule>> = {
  mine: {
    states: ['open', 'waiting'],
    assignee: 'caller',
    holds: 'at-hand',
    sorts: ['waiting', 'newest'],
    counted: true,
  },
  unassigned: {
    states: ['open', 'waiting'],
    assignee: 'nobody',
    holds: 'at-hand',
    sorts: ['waiting', 'newest'],
    counted: true,
  },
  all: { ...anyone, states: ['open', 'waiting', 'closed'], sorts: ['waiting', 'newest'] },
  mentions: {
    ...anyone,
    states: ['open', 'waiting', 'closed'],
    holds: 'mentioned',
    sorts: ['mention'],
    counted: true,
  },
  drafts: {
    ...anyone,
    states: ['open', 'waiting', 'closed', 'spam'],
    holds: 'drafted',
    sorts: ['writing'],
    counted: true,
  },
  sent: { ...anyone, states: ['open', 'waiting', 'closed', 'spam'], holds: 'sent', sorts: ['sending'] },
  snoozed: {
    ...anyone,
    states: ['open', 'waiting', 'closed'],
    holds: 'snoozed',
    sorts: ['waking'],
    counted: true,
  },
  undelivered: {
    ...anyone,
    states: ['open', 'waiting', 'closed'],
    holds: 'undelivered',
    counted: true,
  },
  closed: { ...anyone, states: ['closed'] },
  spam: { ...anyone, states: ['spam'] },
  trash: {
    ...anyone,
    states: ['open', 'waiting', 'closed', 'spam'],
    holds: 'deleted',
    sorts: ['deletion'],
  },
}

/** The rule of any queue; that of a team is Mine, of the team. */
export function ruleOf(queue: QueueName): QueueRule {
  const teamId = teamOfQueue(queue)
  return teamId === undefined ? queueRules[queue as Queue] : { ...queueRules.mine, assignee: teamId }
}

/** More than this is shown as "999+", so nothing beyond it is counted. */
export const countLimit = 1000
