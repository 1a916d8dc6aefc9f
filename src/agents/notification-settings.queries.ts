import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { NotificationChannel, NotificationEvent } from '../shared/vocabulary.ts'
import type { QuietHours } from './quiet-hours.ts'

/** By which ways an agent is told of one kind of event. */
export type Channels = Record<NotificationChannel, boolean>

/** How an agent wants to be told: nothing of the muted mailboxes, and in quiet hours by the list alone. */
export type NotificationSettings = {
  channels: Record<NotificationEvent, Channels>
  mutedMailboxIds: number[]
  quietHours: QuietHours | null
}

/** What is kept of one agent's notifications; null where they never looked or chose. */
export type NotificationSettingRow = {
  timeZone: string
  lookedAt: Date | null
  choices: NotificationSettings | null
}

/** What is kept for an agent, or undefined when there is no such agent. */
export async function selectNotificationSetting(
  db: Db,
  agentId: number,
): Promise<NotificationSettingRow | undefined> {
  const { rows } = await sql<NotificationSettingRow>`
    select a.time_zone as "timeZone", s.looked_at as "lookedAt", s.choices
    from agent a left join notification_setting s on s.agent_id = a.id where a.id = ${agentId}`.execute(db)
  return rows[0]
}

/** Keeps what an agent chose. `isMailedFromNow`: what happened before is not mailed. */
export async function writeChoices(
  db: Db,
  agentId: number,
  choices: NotificationSettings,
  { isMailedFromNow }: { isMailedFromNow: boolean },
): Promise<void> {
  const mailedTo = isMailedFromNow ? sql`clock_timestamp()` : sql`null::timestamptz`
  await sql`insert into notification_setting (agent_id, choices, mailed_to)
    values (${agentId}, ${JSON.stringify(choices)}, ${mailedTo})
    on conflict (agent_id) do update set choices = excluded.choices,
      mailed_to = coalesce(excluded.mailed_to, notification_setting.mailed_to)`.execute(db)
}

/** Moves what an agent looked at forward, never back and never past this moment: they are back. */
export async function writeLookedAt(db: Db, agentId: number, upTo: Date): Promise<void> {
  await sql`insert into notification_setting (agent_id, looked_at)
    values (${agentId}, least(${upTo}::timestamptz, clock_timestamp()))
    on conflict (agent_id) do update set
      looked_at = greatest(notification_setting.looked_at, excluded.looked_at), mailed_at = null`.execute(db)
}
