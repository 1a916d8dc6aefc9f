import { describe, expect, test } from 'vitest'
import { parseCalendarInvite } from '../../src/mail/calendar-invite.ts'
import { parseMail } from '../../src/mail/parse-mail.ts'
import { cpuMsOf } from './cpu-time.ts'
import { fixture } from './mail.ts'

const event = (lines: string[], around: string[] = []): string =>
  ['BEGIN:VCALENDAR', ...around, 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR'].join('\r\n')
// As Outlook writes the zone of Sofia: a name of Windows, and its rules.
const outlookZone = [
  'BEGIN:VTIMEZONE',
  'TZID:FLE Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T040000',
  'TZOFFSETFROM:+0300',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0300',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
]

describe('an invitation', () => {
  test('in a mail is read with its people, place and time, and stays a file', async () => {
    const mail = await parseMail(fixture('invitation'))

    expect(mail.calendar).toEqual({
      method: 'request',
      summary: 'Преглед на доставката; склад 2',
      location: 'София, ул. „Шипка“ 5',
      start: { local: '2026-06-01T10:00', at: '2026-06-01T07:00:00.000Z', timeZone: 'Europe/Sofia' },
      end: { local: '2026-06-01T11:30', at: '2026-06-01T08:30:00.000Z', timeZone: 'Europe/Sofia' },
      isRepeated: false,
      isCancelled: false,
      organizer: { name: 'Иванова, Ивана', address: 'ivana@example.org' },
      attendees: [
        { name: null, address: 'support@example.com', answer: 'none' },
        { name: 'Ann', address: 'ann@example.net', answer: 'accepted' },
      ],
    })
    expect(mail.text).toBe('Моля, потвърдете.')
    expect(mail.attachments.map(file => file.contentType)).toEqual(['text/calendar'])
  })

  const times: readonly (readonly [
    why: string,
    lines: string[],
    start: string | null,
    end: string | null,
  ])[] = [
    [
      'in UTC',
      ['DTSTART:20260601T070000Z', 'DURATION:PT90M'],
      '2026-06-01T07:00:00.000Z',
      '2026-06-01T08:30:00.000Z',
    ],
    [
      'in a zone of Windows, in summer',
      ['DTSTART;TZID=FLE Standard Time:20260601T100000'],
      '2026-06-01T07:00:00.000Z',
      null,
    ],
    [
      'in a zone of Windows, in winter',
      ['DTSTART;TZID=FLE Standard Time:20260115T100000'],
      '2026-01-15T08:00:00.000Z',
      null,
    ],
    [
      'in a zone of Windows, in late autumn',
      ['DTSTART;TZID=FLE Standard Time:20261101T100000'],
      '2026-11-01T08:00:00.000Z',
      null,
    ],
    [
      'in a zone of the IANA list, in winter',
      ['DTSTART;TZID="Europe/Warsaw":20260115T100000'],
      '2026-01-15T09:00:00.000Z',
      null,
    ],
    ['in a zone nobody knows', ['DTSTART;TZID=Here:20260601T100000'], null, null],
    ['without a zone', ['DTSTART:20260601T100000'], null, null],
    ['a whole day', ['DTSTART;VALUE=DATE:20260601', 'DTEND;VALUE=DATE:20260602'], null, null],
  ]

  test.each(times)('%s', (_, lines, start, end) => {
    const invite = parseCalendarInvite(event(lines, outlookZone), null)

    expect([invite?.start?.at ?? null, invite?.end?.at ?? null]).toEqual([start, end])
    expect(invite?.start?.local).toMatch(/^2026-/)
  })

  test.each([
    ['cancelled', event(['STATUS:CANCELLED'], ['METHOD:CANCEL']), { method: 'cancel', isCancelled: true }],
    [
      'answered',
      event(['ATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org'], ['METHOD:REPLY']),
      { method: 'reply' },
    ],
    ['repeated', event(['RRULE:FREQ=DAILY']), { method: 'publish', isRepeated: true }],
  ])('that is %s says so', (_, text, expected) => {
    const invite = parseCalendarInvite(text, null)

    expect(invite).toMatchObject(expected)
  })
})

describe('a hostile invitation', () => {
  test('never carries line ends, controls or direction marks into a value', () => {
    const text = event([
      'SUMMARY:a\\nBcc: b\u202egnp\u0000',
      'LOCATION:\u2066x',
      'ORGANIZER;CN="a\u0007b":nobody',
    ])

    const invite = parseCalendarInvite(text, null)

    expect(invite).toMatchObject({
      summary: 'a Bcc: bgnp',
      location: 'x',
      organizer: { name: 'a b', address: null },
    })
  })

  test.each([
    ['DTSTART:99991399T990000'],
    ['DTSTART;VALUE=DATE:99991231'],
    ['DTSTART:99991231T235959Z', 'DURATION:P999W'],
    ['DTSTART:20269901T100000'],
    ['DTSTART:20260199T100000'],
  ])('on a day that no page can write (%s) has no time', (...lines) => {
    const invite = parseCalendarInvite(event(lines), null)

    expect(invite).toMatchObject({ start: null, end: null })
  })

  test.each([
    ['a million lines', () => event(['X:1\r\n'.repeat(1_000_000)])],
    ['100,000 attendees', () => event(['ATTENDEE:mailto:a@b.test\r\n'.repeat(100_000)])],
    ['100,000 nested components', () => 'BEGIN:VEVENT\r\n'.repeat(100_000)],
    ['a line of parameters', () => event([`DTSTART${';A=,,,,"'.repeat(100_000)}:1`])],
    ['a megabyte of folds', () => event(['SUMMARY:x\r\n '.repeat(100_000)])],
  ])('of %s costs no time', async (_, make) => {
    const text = make()

    const cpuMs = await cpuMsOf(() => parseCalendarInvite(text, null))

    expect(cpuMs).toBeLessThan(500)
  })

  test('that is no calendar is none', () => {
    expect([
      parseCalendarInvite('', null),
      parseCalendarInvite('BEGIN:VCALENDAR\nEND:VCALENDAR', 'REQUEST'),
    ]).toEqual([null, null])
  })
})
