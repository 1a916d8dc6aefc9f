import { type Static, Type } from 'typebox'
import { defineRoute } from './define-route.ts'
import { exactly, Id, Instant, nullable, oneOf } from './schemas.ts'
import { NOTIFICATION_EVENTS } from './vocabulary.ts'

/** How an agent is told of one kind of event, each way for itself. */
export const NotificationChannels = exactly({
  list: Type.Boolean(),
  browser: Type.Boolean(),
  sound: Type.Boolean(),
  /** What was not seen for a while, all in one mail; a reply that did not arrive at once. */
  mail: Type.Boolean(),
})
export type NotificationChannels = Static<typeof NotificationChannels>

/** The latest of one kind of event on one ticket. */
export const Notification = exactly({
  /** Another one when it happens again. */
  id: Type.String(),
  event: oneOf(NOTIFICATION_EVENTS),
  at: Instant,
  ticketNumber: Type.Integer(),
  mailboxId: Id,
  subject: Type.String(),
  /** Who mentioned, gave the ticket or wrote; of a reply that did not arrive whom it did not reach. '' where unknown. */
  name: Type.String(),
  excerpt: Type.String(),
  /** The message (`m12`) or note (`n3`) it is about. */
  hit: nullable(Type.String()),
  /** Later than what was looked at, not seen otherwise, and nothing the agent has done in the ticket since. */
  isNew: Type.Boolean(),
  /** What the agent chose for it; in their quiet hours the list alone. */
  channels: NotificationChannels,
})
export type Notification = Static<typeof Notification>

export const listNotifications = defineRoute({
  method: 'GET',
  path: '/notifications',
  access: 'agent',
  summary:
    'What concerns the caller, in tickets they may see: mentions, tickets a colleague gave them, mail in tickets they have or follow, and their replies that did not arrive. Newest first, at most 50 of the last 30 days, never what they did themselves',
  reply: exactly({ data: Type.Array(Notification), isQuiet: Type.Boolean() }),
})
export type NotificationList = Static<(typeof listNotifications)['reply']>

export const lookAtNotifications = defineRoute({
  method: 'POST',
  path: '/notifications/looked-at',
  access: 'agent',
  summary: 'What happened up to `upTo` was looked at and is new no more; an earlier moment changes nothing',
  body: exactly({ upTo: Instant }),
  reply: 'nothing',
})

const ClockTime = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' })

/**
 * Quiet from one time to another, over midnight where that is earlier, and on whole days (0 is Monday), in the agent's
 * time zone.
 */
export const QuietHours = exactly({
  from: ClockTime,
  to: ClockTime,
  days: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { maxItems: 7, uniqueItems: true }),
})
export type QuietHours = Static<typeof QuietHours>

export const NotificationSettings = exactly({
  channels: exactly({
    mention: NotificationChannels,
    assigned: NotificationChannels,
    answer: NotificationChannels,
    undelivered: NotificationChannels,
  }),
  /** Nothing is told of tickets in these. */
  mutedMailboxIds: Type.Array(Id, { maxItems: 1000, uniqueItems: true }),
  /** While they last only the list grows, and mail waits for their end; null: there are none. */
  quietHours: nullable(QuietHours),
})
export type NotificationSettings = Static<typeof NotificationSettings>

export const getNotificationSettings = defineRoute({
  method: 'GET',
  path: '/notification-settings',
  access: 'agent',
  summary: 'How the caller wants to be told of what concerns them',
  reply: NotificationSettings,
})

export const changeNotificationSettings = defineRoute({
  method: 'PUT',
  path: '/notification-settings',
  access: 'agent',
  summary: 'Change how the caller wants to be told of what concerns them',
  body: NotificationSettings,
  reply: NotificationSettings,
})
