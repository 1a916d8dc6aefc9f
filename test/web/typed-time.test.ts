import { describe, expect, test } from 'vitest'
import { dayInDigits } from '../../src/web/ui/format-time.ts'
import { localTime } from '../../src/web/when/local-time.ts'
import { snoozeTimes } from '../../src/web/when/snooze-times.ts'
import { typedClock } from '../../src/web/when/typed-clock.ts'
import { typedDay } from '../../src/web/when/typed-day.ts'
import { typedTime } from '../../src/web/when/typed-time.ts'

const SOFIA = 'Europe/Sofia'
// A Wednesday, 14:20 in Sofia.
const NOW = new Date('2026-11-25T12:20:00Z')

function typed(words: string, now = NOW): string | null {
  const at = typedTime(words, now, SOFIA)
  return at && localTime(at, SOFIA)
}

const MEANT: Readonly<Record<string, string>> = {
  // English
  'tomorrow 9': '2026-11-26T09:00',
  'Tomorrow at 9:30': '2026-11-26T09:30',
  tomorrow: '2026-11-26T09:00',
  'tomorrow evening': '2026-11-26T19:00',
  'fri 3pm': '2026-11-27T15:00',
  friday: '2026-11-27T09:00',
  'next friday': '2026-12-04T09:00',
  'next monday': '2026-11-30T09:00',
  'in 3 days': '2026-11-28T09:00',
  '3 days': '2026-11-28T09:00',
  'in an hour': '2026-11-25T15:20',
  'in half an hour': '2026-11-25T14:50',
  '2h': '2026-11-25T16:20',
  '90 min': '2026-11-25T15:50',
  'next week': '2026-11-30T09:00',
  'in 2 weeks': '2026-12-09T09:00',
  'in a month': '2026-12-25T09:00',
  'next month': '2026-12-01T09:00',
  'the day after tomorrow at 12': '2026-11-27T12:00',
  tonight: '2026-11-25T19:00',
  '15:30': '2026-11-25T15:30',
  '9': '2026-11-26T09:00',
  '5pm': '2026-11-25T17:00',
  '12am': '2026-11-26T00:00',
  'dec 2': '2026-12-02T09:00',
  '2 december 2027 at 10': '2027-12-02T10:00',
  '2026-12-02 14:00': '2026-12-02T14:00',
  '2.12.': '2026-12-02T09:00',
  '2.12 14:30': '2026-12-02T14:30',
  '1.2': '2027-02-01T09:00',
  // Bulgarian
  утре: '2026-11-26T09:00',
  'утре в 10': '2026-11-26T10:00',
  'утре сутринта': '2026-11-26T09:00',
  'утре следобед': '2026-11-26T15:00',
  вдругиден: '2026-11-27T09:00',
  'в петък': '2026-11-27T09:00',
  'в неделя в 11': '2026-11-29T11:00',
  'след 3 дни': '2026-11-28T09:00',
  'след час': '2026-11-25T15:20',
  'след половин час': '2026-11-25T14:50',
  'след 2 часа': '2026-11-25T16:20',
  'утре в 3 часа': '2026-11-26T03:00',
  'следващата седмица': '2026-11-30T09:00',
  'след една седмица': '2026-12-02T09:00',
  'днес вечерта': '2026-11-25T19:00',
  '2 декември': '2026-12-02T09:00',
  // Russian
  'в пятницу': '2026-11-27T09:00',
  'в пятницу в 15:00': '2026-11-27T15:00',
  завтра: '2026-11-26T09:00',
  'завтра в 10': '2026-11-26T10:00',
  'завтра в 7 вечера': '2026-11-26T19:00',
  'завтра вечером': '2026-11-26T19:00',
  послезавтра: '2026-11-27T09:00',
  'через 3 дня': '2026-11-28T09:00',
  'через час': '2026-11-25T15:20',
  'через полчаса': '2026-11-25T14:50',
  'через неделю': '2026-12-02T09:00',
  'на следующей неделе': '2026-11-30T09:00',
  'в следующий вторник': '2026-12-01T09:00',
  '2 декабря в 9 утра': '2026-12-02T09:00',
  // Polish
  'za 3 dni': '2026-11-28T09:00',
  'za godzinę': '2026-11-25T15:20',
  'za pół godziny': '2026-11-25T14:50',
  'za tydzień': '2026-12-02T09:00',
  'w przyszłym tygodniu': '2026-11-30T09:00',
  'jutro o 10': '2026-11-26T10:00',
  'jutro o 9:30': '2026-11-26T09:30',
  'jutro po południu': '2026-11-26T15:00',
  'w piątek': '2026-11-27T09:00',
  'w środę': '2026-12-02T09:00',
  'dziś wieczorem': '2026-11-25T19:00',
  'dzis wieczorem': '2026-11-25T19:00',
  pojutrze: '2026-11-27T09:00',
  '2 grudnia o 14': '2026-12-02T14:00',
}

test.each(Object.entries(MEANT))('"%s" is %s', (words, meant) => {
  expect(typed(words)).toBe(meant)
})

test.each([
  '',
  'soon',
  'tomorrow maybe',
  'monday tuesday',
  'tomorrow 25',
  'tomorrow 9:75',
  '31.2.',
  '13pm',
  'today 9', // is past
  '1.1.2020',
  'next 3 weeks',
  'in 0 days',
  'tomorrow 9 10',
  '2 2',
  'am',
  '9'.repeat(61),
])('"%s" is no time to come', words => {
  expect(typed(words)).toBeNull()
})

test('an hour that spring leaves out is the one after it', () => {
  const at = typedTime('29.3. 3:30', new Date('2026-03-20T12:00:00Z'), SOFIA)

  expect(at?.toISOString()).toBe('2026-03-29T01:30:00.000Z')
})

describe('the times offered', () => {
  const offered = (at: string) =>
    snoozeTimes(new Date(at), SOFIA).map(({ id, at: time }) => `${id} ${localTime(time, SOFIA)}`)

  test('on a Wednesday at noon', () => {
    expect(offered('2026-11-25T10:07:00Z')).toEqual([
      'later 2026-11-25T15:15',
      'evening 2026-11-25T19:00',
      'tomorrow 2026-11-26T09:00',
      'monday 2026-11-30T09:00',
      'week 2026-12-02T09:00',
    ])
  })

  test('late on a Sunday none that is past, and none twice', () => {
    expect(offered('2026-11-29T19:30:00Z')).toEqual(['tomorrow 2026-11-30T09:00', 'week 2026-12-06T09:00'])
  })

  test('on a Monday the next one once', () => {
    expect(offered('2026-11-30T08:00:00Z').at(-1)).toBe('monday 2026-12-07T09:00')
  })
})

test('a time of the day is understood with and without its sign, and nothing else is', () => {
  const read = (typed: string) => typedClock(typed) ?? 'none'

  expect(['9', '9:30', '0930', '930', ' 14.30 ', '2pm', '12:05 a.m.'].map(read)).toEqual([
    ...['09:00', '09:30', '09:30', '09:30', '14:30', '14:00', '00:05'],
  ])
  expect(new Set(['', '24', '9:60', '12345', 'nine', '-1', '9:3', '14 pm', '0 am'].map(read))).toEqual(
    new Set(['none']),
  )
})

test('a day is understood by its figures and by its month, and none is guessed', () => {
  const meant = ['3.12.2026', '03/12/2026', '3 12 2026', '03122026', '2026-12-03', '3. 12. 2026 г.']
  const named = ['3 December 2026', '3 декември 2026 г.', '3 декабря 2026 г.', '3 grudnia 2026']
  const none = ['', '12/31/2026', '31.2.2026', '3.12.26', '3.12', 'tomorrow', '3 12 2026 5', '0999-01-01']

  expect(new Set([...meant, ...named].map(typedDay))).toEqual(new Set(['2026-12-03']))
  expect(new Set(none.map(typedDay))).toEqual(new Set([undefined]))
  expect(typedDay('29.2.2028')).toBe('2028-02-29')
  expect(['en', 'bg', 'ru', 'pl'].map(language => dayInDigits('2026-12-03', language))).toEqual([
    ...['03/12/2026', '03.12.2026', '03.12.2026', '03.12.2026'],
  ])
})
