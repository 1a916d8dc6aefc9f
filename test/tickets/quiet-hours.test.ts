import { expect, test } from 'vitest'
import { isQuietAt } from '../../src/agents/quiet-hours.ts'

const night = { from: '19:00', to: '08:00', days: [5, 6] }
const day = { from: '09:00', to: '17:30', days: [] }
const never = { from: '09:00', to: '09:00', days: [] }

// 2026-11-27 is a Friday; Sofia is two hours ahead of UTC then, New York five behind.
test.each([
  ['before the evening', night, 'Europe/Sofia', '2026-11-27T16:59:59Z', false],
  ['from the minute it begins', night, 'Europe/Sofia', '2026-11-27T17:00:00Z', true],
  ['after midnight', night, 'Europe/Sofia', '2026-11-26T23:30:00Z', true],
  ['until the minute it ends', night, 'Europe/Sofia', '2026-11-27T05:59:59Z', true],
  ['and no longer', night, 'Europe/Sofia', '2026-11-27T06:00:00Z', false],
  ['all day on Saturday there', night, 'Europe/Sofia', '2026-11-27T22:00:00Z', true],
  ['by the day of the zone, not of the server', night, 'America/New_York', '2026-11-28T04:30:00Z', true],
  ['not on a Friday there', night, 'America/New_York', '2026-11-27T20:30:00Z', false],
  ['within a day', day, 'UTC', '2026-11-27T17:29:00Z', true],
  ['after it', day, 'UTC', '2026-11-27T17:30:00Z', false],
  ['at no time', never, 'UTC', '2026-11-27T09:00:00Z', false],
  ['with none', null, 'UTC', '2026-11-27T03:00:00Z', false],
] as const)('quiet %s', (_, hours, timeZone, at, expected) => {
  const quiet = isQuietAt(hours && { ...hours, days: [...hours.days] }, timeZone, new Date(at))

  expect(quiet).toBe(expected)
})
