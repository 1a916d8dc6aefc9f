import type { Caller } from '../agents/can.ts'
import { type Channels, getListener } from '../agents/notification-settings.ts'
import { isQuietAt } from '../agents/quiet-hours.ts'
import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import { NOTIFICATION_CHANNELS, NOTIFICATION_EVENTS } from '../shared/vocabulary.ts'
import { type NotificationRow, selectNotifications } from './notifications.queries.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** What an agent is told, by which ways now, and whether it is new to them. */
export type Told = NotificationRow & { isNew: boolean; channels: Channels }

const rowLimit = 50

/**
 * What concerns the caller and how they want to be told of it, newest first; of each kind on each ticket the latest. It is
 * read from what happened, so that it is always what they may see now, and gone once it is not so any more: a
 * ticket that was given to somebody else, a reply that was sent anew.
 */
export async function listNotifications(
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
  caller: Caller,
): Promise<{ told: Told[]; isQuiet: boolean }> {
  const { settings, lookedAt, timeZone } = await getListener(db, caller.agentId)
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  const isQuiet = isQuietAt(settings.quietHours, timeZone, clock.now())
  const rows = await selectNotifications(db, {
    agentId: caller.agentId,
    mailboxIds: mailboxIds.filter(id => !settings.mutedMailboxIds.includes(id)),
    events: NOTIFICATION_EVENTS.filter(event =>
      NOTIFICATION_CHANNELS.some(channel => settings.channels[event][channel]),
    ),
    rowLimit,
  })
  const told = rows.map(row => {
    const chosen = settings.channels[row.event]
    return {
      ...row,
      isNew: !row.isSeen && (lookedAt === null || row.at > lookedAt),
      channels: isQuiet ? { ...chosen, browser: false, sound: false, mail: false } : chosen,
    }
  })
  return { told, isQuiet }
}
