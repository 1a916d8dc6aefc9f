import type { Notification, NotificationList } from '../../shared/notifications.ts'

/** What a tab has been told by the server so far: `newestAt` is '' where that was nothing. */
export type Known = { ids: ReadonlySet<string>; newestAt: string }

// Two changes of one moment may be told one after the other, the older last.
const SLACK_MS = 60_000

/** What a tab knows after an answer. */
export function knownOf(list: NotificationList): Known {
  return { ids: new Set(list.data.map(one => one.id)), newestAt: list.data[0]?.at ?? '' }
}

/**
 * What is worth a ring: new, not known to this tab, and not older than what it knew. Older ones turn up where a
 * setting was changed or a message was moved away, and nothing happened.
 */
export function freshOf(known: Known, list: NotificationList): Notification[] {
  const floorMs = known.newestAt === '' ? 0 : Date.parse(known.newestAt) - SLACK_MS
  return list.data.filter(one => one.isNew && !known.ids.has(one.id) && Date.parse(one.at) >= floorMs)
}
