import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import {
  type NotificationSettings,
  selectNotificationSetting,
  writeChoices,
  writeLookedAt,
} from './notification-settings.queries.ts'

export type { Channels } from './notification-settings.queries.ts'

/** How an agent is told, and up to when they have looked (null: never). */
export type Listener = { settings: NotificationSettings; lookedAt: Date | null; timeZone: string }

const first = { list: true, browser: true, sound: false }

/** What everybody begins with. The browser shows nothing before it was allowed to, and a sound is for who wants one. */
const FIRST_SETTINGS: NotificationSettings = {
  channels: { mention: first, assigned: first, answer: first, undelivered: first },
  mutedMailboxIds: [],
  quietHours: null,
}

/** How an agent is told. What was chosen before there was a kind of event has the first choice for it. @throws NotFound */
export async function getListener(db: Db, agentId: number): Promise<Listener> {
  const row = await selectNotificationSetting(db, agentId)
  if (row === undefined) throw new NotFound('agent', { agentId })
  const { choices, lookedAt, timeZone } = row
  const channels = { ...FIRST_SETTINGS.channels, ...choices?.channels }
  return { settings: { ...FIRST_SETTINGS, ...choices, channels }, lookedAt, timeZone }
}

/** Keeps how an agent wants to be told. */
export async function chooseNotifications(
  db: Db,
  agentId: number,
  settings: NotificationSettings,
): Promise<void> {
  await writeChoices(db, agentId, settings)
}

/** What happened up to a moment was looked at; an earlier one changes nothing. */
export async function lookAtNotifications(db: Db, agentId: number, upTo: Date): Promise<void> {
  await writeLookedAt(db, agentId, upTo)
}
