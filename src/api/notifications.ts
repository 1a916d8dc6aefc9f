import {
  chooseNotifications,
  getListener,
  lookAtNotifications as lookAt,
} from '../agents/notification-settings.ts'
import type { Db } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import {
  changeNotificationSettings,
  getNotificationSettings,
  listNotifications as listNotificationsRoute,
  lookAtNotifications,
  type Notification,
} from '../shared/notifications.ts'
import { listNotifications, type Told } from '../tickets/list-notifications.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers what an agent is told, and how they want to be told. */
export function registerNotifications(
  server: ApiServer,
  { db, clock }: { db: Db; clock: Pick<Clock, 'now'> },
): void {
  handle(server, listNotificationsRoute, async ({ caller }) => {
    const { told, isQuiet } = await listNotifications({ db, clock }, caller)
    return { data: told.map(presentTold), isQuiet }
  })
  handle(server, lookAtNotifications, async ({ caller, body }) => {
    await lookAt(db, caller.agentId, new Date(body.upTo))
  })
  handle(
    server,
    getNotificationSettings,
    async ({ caller }) => (await getListener(db, caller.agentId)).settings,
  )
  handle(server, changeNotificationSettings, async ({ caller, body }) => {
    await chooseNotifications(db, caller.agentId, body)
    return (await getListener(db, caller.agentId)).settings
  })
}

/** What failed anew, or came again, is another notification. */
function presentTold({ sourceId, isSeen, at, ...told }: Told): Notification {
  return { ...told, id: `${told.event}-${sourceId}-${at.getTime()}`, at: at.toISOString() }
}
