import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { NOTIFICATION_EVENTS, type NotificationEvent } from '../shared/vocabulary.ts'
import {
  type NotificationSettings,
  selectNotificationSetting,
  writeChoices,
  writeLookedAt,
} from './notification-settings.queries.ts'

export type { Channels, NotificationSettings } from './notification-settings.queries.ts'

/** How an agent is told, and up to when they have looked (null: never). */
export type Listener = { settings: NotificationSettings; lookedAt: Date | null; timeZone: string }

const first = { list: true, browser: true, sound: true, mail: true }

/**
 * What everybody begins with. The browser shows nothing before it was allowed to, and is silent before a click. Of a
 * reply that did not arrive nobody needs to hear at once: it stands over the page until something is done.
 */
const FIRST_SETTINGS: NotificationSettings = {
  channels: { mention: first, assigned: first, answer: first, undelivered: { ...first, sound: false } },
  mutedMailboxIds: [],
  quietHours: null,
}

/** How an agent is told. @throws NotFound */
export async function getListener(db: Db, agentId: number): Promise<Listener> {
  const row = await selectNotificationSetting(db, agentId)
  if (row === undefined) throw new NotFound('agent', { agentId })
  const { choices, lookedAt, timeZone } = row
  return { settings: settingsOf(choices), lookedAt, timeZone }
}

/** What was chosen before there was a kind of event, or a way, has the first choice for it. */
export function settingsOf(choices: NotificationSettings | null): NotificationSettings {
  const channelsOf = (event: NotificationEvent) => ({
    ...FIRST_SETTINGS.channels[event],
    ...choices?.channels[event],
  })
  const channels = {
    mention: channelsOf('mention'),
    assigned: channelsOf('assigned'),
    answer: channelsOf('answer'),
    undelivered: channelsOf('undelivered'),
  }
  return { ...FIRST_SETTINGS, ...choices, channels }
}

/** Keeps how an agent wants to be told. Who wants mail of something anew is mailed what happens from now on. */
export async function chooseNotifications(
  db: Db,
  agentId: number,
  settings: NotificationSettings,
): Promise<void> {
  const before = await getListener(db, agentId)
  const isMailedFromNow = NOTIFICATION_EVENTS.some(
    event => settings.channels[event].mail && !before.settings.channels[event].mail,
  )
  await writeChoices(db, agentId, settings, { isMailedFromNow })
}

/** What happened up to a moment was looked at; an earlier one changes nothing. */
export async function lookAtNotifications(db: Db, agentId: number, upTo: Date): Promise<void> {
  await writeLookedAt(db, agentId, upTo)
}
