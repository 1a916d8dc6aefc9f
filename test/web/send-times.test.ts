import { expect, test } from 'vitest'
import type { Delivery } from '../../src/shared/delivery.ts'
import type { Message } from '../../src/shared/tickets.ts'
import { sendTimes } from '../../src/web/compose/send-times.ts'
import { undoableFor } from '../../src/web/compose/undo-window.ts'
import { shownState } from '../../src/web/ticket/delivery-state.ts'
import { instantAt, localTime, typedInstant } from '../../src/web/when/local-time.ts'

const sofia = 'Europe/Sofia'
const offered = (now: string) => sendTimes(new Date(now), sofia).map(one => [one.id, one.at.toISOString()])

test('times to send at are the agent’s own clock, Monday once, the afternoon while it is ahead', () => {
  expect(offered('2026-11-25T08:00:00Z')).toEqual([
    ['hour', '2026-11-25T09:00:00.000Z'],
    ['afternoon', '2026-11-25T13:00:00.000Z'],
    ['tomorrow', '2026-11-26T07:00:00.000Z'],
    ['monday', '2026-11-30T07:00:00.000Z'],
  ])
  // 23:30 on Sunday there; 21:30 in UTC.
  expect(offered('2026-11-29T21:30:00Z')).toEqual([
    ['hour', '2026-11-29T22:30:00.000Z'],
    ['monday', '2026-11-30T07:00:00.000Z'],
  ])
})

test('a clock time is that of its day, on both sides of a change of the clocks', () => {
  const times = ['2026-10-24T09:00', '2026-10-26T09:00', '2027-03-28T03:30']

  const instants = times.map(local => instantAt(local, sofia))

  expect(instants.map(at => at.toISOString())).toEqual([
    '2026-10-24T06:00:00.000Z',
    '2026-10-26T07:00:00.000Z',
    '2027-03-28T01:30:00.000Z', // the hour that spring leaves out
  ])
  expect(localTime(instants[0] ?? new Date(), sofia)).toBe(times[0])
})

test.each([
  ['2026-03-08T02:30', 'America/New_York', '2026-03-08T07:30:00.000Z'],
  ['2026-09-06T00:00', 'America/Santiago', '2026-09-06T04:00:00.000Z'],
  ['2026-11-01T01:30', 'America/New_York', '2026-11-01T05:30:00.000Z'], // shown twice: the first
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
])('%s in %s, where clocks change, is never before it', (local, zone, at) => {
  expect(instantAt(local, zone).toISOString()).toBe(at)
})

test('a field that is cleared or half typed is no time', () => {
  const typed = ['', 'x', '0002-01-01T09:00', '275760-09-13T09:00', '2026-13-01T09:00']

  expect(typed.map(one => typedInstant(one, sofia))).toEqual(typed.map(() => null))
  expect(typedInstant('2026-10-24T09:00', sofia)?.toISOString()).toBe('2026-10-24T06:00:00.000Z')
})

test.each([
  ['held', false, 'held', 'lateHeld'],
  ['held', true, 'scheduled', 'lateHeld'],
  ['deferred', false, 'deferred', 'late'],
] as const)(
  'what is %s is late a quarter of an hour after it was due',
  (state, isScheduled, before, after) => {
    const lateFrom = '2026-11-25T09:15:00.000Z'
    const delivery = { state, isScheduled, lateFrom, recipients: [] } as unknown as Delivery

    expect(shownState(delivery, new Date('2026-11-25T09:14:59Z'))).toBe(before)
    expect(shownState(delivery, new Date('2026-11-25T09:15:00Z'))).toBe(after)
  },
)

test('that a mail was sent is told as long as it can be undone, and no shorter than anything else where it cannot', () => {
  const undo = async () => undefined
  const due = (inMs: number) =>
    ({ delivery: { dueAt: new Date(Date.now() + inMs).toISOString() } }) as Message

  expect(undoableFor(due(0), 0, undo)).toEqual({})
  expect(undoableFor(due(60_000), 10, undo)).toEqual({ undo, forMs: 10_000, isCounted: true })
  expect(undoableFor(due(-60_000), 10, undo)).toEqual({ undo, forMs: 10_000, isCounted: true }) // a clock that is wrong
})
