import { expect, test } from 'vitest'
import {
  afterOpenTime,
  checkedHours,
  isOpenAt,
  nextOpening,
  type OpeningHours,
} from '../../src/mailboxes/opening-hours.ts'
import { acknowledgementTimes } from '../../src/outbound/acknowledgement-words.ts'

const day = { from: '09:00', to: '17:00' }

const hours = (more: Partial<OpeningHours> = {}): OpeningHours => ({
  timeZone: 'Europe/Sofia',
  week: [day, day, day, day, { from: '09:00', to: '13:00' }, null, null],
  holidays: [],
  answerWithinHours: null,
  ...more,
})

// Sofia is two hours before UTC in winter, three in summer.
test.each([
  ['Monday at nine', '2026-12-07T07:00Z', true],
  ['a minute before', '2026-12-07T06:59Z', false],
  ['Monday at five', '2026-12-07T15:00Z', false],
  ['Friday afternoon', '2026-12-11T12:00Z', false],
  ['Sunday noon', '2026-12-13T10:00Z', false],
  ['a summer morning', '2026-07-06T06:00Z', true],
])('%s: whether a mailbox is open', (_name, at, isOpen) => {
  expect(isOpenAt(hours(), new Date(at))).toBe(isOpen)
})

test('it opens next after the weekend, and after the holidays behind it', () => {
  const friday = new Date('2026-12-11T14:00Z')
  const holidays = ['2026-12-14', '2026-12-15']

  expect(nextOpening(hours(), friday)?.toISOString()).toBe('2026-12-14T07:00:00.000Z')
  expect(nextOpening(hours({ holidays }), friday)?.toISOString()).toBe('2026-12-16T07:00:00.000Z')
  expect(nextOpening(hours({ week: Array(7).fill(null) }), friday)).toBeNull()
})

test('a mailbox that opens in an hour its clock skips opens after it, west of Greenwich too', () => {
  const week = Array(7).fill({ from: '00:00', to: '12:00' })
  const early = Array(7).fill({ from: '02:30', to: '12:00' })

  const santiago = nextOpening(hours({ timeZone: 'America/Santiago', week }), new Date('2026-09-05T20:00Z'))
  const newYork = nextOpening(
    hours({ timeZone: 'America/New_York', week: early }),
    new Date('2026-03-08T00:00Z'),
  )

  expect(santiago?.toISOString()).toBe('2026-09-06T04:00:00.000Z')
  expect(newYork?.toISOString()).toBe('2026-03-08T07:30:00.000Z')
})

test('open time runs over nights, weekends and the change of the clock', () => {
  const at = (start: string, openHours: number) =>
    afterOpenTime(hours(), new Date(start), openHours)?.toISOString()

  expect(at('2026-12-07T07:30Z', 4)).toBe('2026-12-07T11:30:00.000Z')
  expect(at('2026-12-07T14:00Z', 4)).toBe('2026-12-08T10:00:00.000Z')
  expect(at('2026-12-11T10:00Z', 2)).toBe('2026-12-14T08:00:00.000Z')
  // On Sunday 29 March 2026 Sofia goes from UTC+2 to UTC+3.
  expect(at('2026-03-27T10:30Z', 1)).toBe('2026-03-30T06:30:00.000Z')
  expect(at('2026-12-12T10:00Z', 8)).toBe('2026-12-14T15:00:00.000Z')
})

test('hours that no day can keep are refused', () => {
  const back = { from: '17:00', to: '09:00' }

  expect(() => checkedHours(hours({ week: [back, day, day, day, day, day, day] }))).toThrowError(
    expect.objectContaining({ code: 'bad-hours' }),
  )
  expect(() => checkedHours(hours({ timeZone: 'Europe/Atlantis' }))).toThrowError(
    expect.objectContaining({ code: 'bad-time-zone' }),
  )
})

test('an acknowledgement says when the mailbox opens and by when it answers, in the customer’s language', () => {
  const saturday = new Date('2026-12-12T10:00Z')
  const promised = hours({ answerWithinHours: 4 })

  expect(acknowledgementTimes(promised, saturday, 'en')).toEqual({
    name: 'acknowledgement-closed',
    values: { opensAt: 'Monday 14 December at 09:00 EET', answerBy: 'Monday 14 December at 13:00 EET' },
  })
  expect(acknowledgementTimes(promised, saturday, 'bg').values.opensAt).toContain('понеделник, 14 декември')
  expect(acknowledgementTimes(hours(), new Date('2026-12-07T08:00Z'), 'pl')).toEqual({
    name: 'acknowledgement',
    values: { opensAt: '', answerBy: '' },
  })
  expect(acknowledgementTimes(null, saturday, 'ru').name).toBe('acknowledgement')
})
