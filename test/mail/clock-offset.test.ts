import { expect, test } from 'vitest'
import { clockOffset } from '../../src/mail/clock-offset.ts'
import { offsetTime } from '../../src/web/ui/format-time.ts'

test.each([
  ['Mon, 2 Nov 2026 09:00:00 +0200', 120],
  ['Mon,  2 Nov 2026 09:00 -0330 (NST)', -210],
  ['2 Nov 26 09:00:00 +1400', 840],
  ['Mon, 2 Nov 2026 09:00:00 +0545', 345],
])('the clock of %s', (date, minutes) => {
  expect(clockOffset(date)).toBe(minutes)
})

test.each([
  'Mon, 2 Nov 2026 09:00:00 -0000',
  'Mon, 2 Nov 2026 09:00:00 +0000',
  'Mon, 2 Nov 2026 09:00:00 +1415',
  'Mon, 2 Nov 2026 09:00:00 -1300',
  'Mon, 2 Nov 2026 09:00:00 +9999',
  'Mon, 2 Nov 2026 09:00:00 +0207',
  'Mon, 2 Nov 2026 09:00:00 GMT',
  'Mon, 2 Nov 2026 09:00:00',
  '',
])('%s does not tell whose clock it is', date => {
  expect(clockOffset(date)).toBeNull()
})

test.each([
  [120, '11:00'],
  [-600, 'Sun 23:00'],
])('nine in London is, %s minutes from UTC, %s', (minutes, words) => {
  const at = new Date('2026-11-02T09:00:00Z')

  expect(offsetTime(at, minutes, { language: 'en', timeZone: 'Europe/London' })).toBe(words)
})
