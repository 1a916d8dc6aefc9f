import type { Delivered } from './history.ts'

// What docs/decisions/0016-storms.md promises: up to here each mail of a sender is a ticket of its own.
const atOnce = 20
const perMinute = 2

/** Who sent a mailbox more than it takes as single tickets, as `mailbox sender`. */
export function floodingSenders(deliveries: readonly Delivered[]): ReadonlySet<string> {
  const bySender = Map.groupBy(deliveries, ({ mailbox, from }) => `${mailbox} ${from}`)
  return new Set([...bySender].filter(([, mails]) => isFlood(mails)).map(([sender]) => sender))
}

function isFlood(mails: readonly Delivered[]): boolean {
  let level = 0
  let atMs = 0
  return mails
    .toSorted((one, other) => one.takenMs - other.takenMs)
    .some(({ copies, takenMs }) => {
      level = Math.max(0, level - ((takenMs - atMs) / 60_000) * perMinute) + copies
      atMs = takenMs
      return level > atOnce
    })
}
