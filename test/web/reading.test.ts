import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Message, TicketEvent } from '../../src/shared/tickets.ts'
import { NO_DRAFT, readDraft, writeDraft } from '../../src/web/compose/draft-store.ts'
import { readAddresses } from '../../src/web/compose/read-addresses.ts'
import { browserWords } from '../../src/web/settings/browser-words.ts'
import { framed } from '../../src/web/ticket/framed.ts'
import { countEarlier, findCall, timelineOf } from '../../src/web/ticket/timeline.ts'
import { fullTime, listTime, sizeWords } from '../../src/web/ui/format-time.ts'
import { linkify } from '../../src/web/ui/linkify.ts'
import { plainName } from '../../src/web/ui/plain-name.ts'

describe('times in a list', () => {
  const now = new Date('2026-11-22T12:00:00Z')
  const style = { language: 'en', timeZone: 'Europe/Sofia' }

  test.each([
    ['a moment ago', '2026-11-22T11:59:50Z', '1 min'],
    ['within the hour', '2026-11-22T11:55:00Z', '5 min'],
    ['earlier today, in the zone of the agent', '2026-11-21T22:30:00Z', '00:30'],
    ['this week', '2026-11-20T09:00:00Z', 'Fri'],
    ['this year', '2026-03-02T09:00:00Z', '2 Mar'],
    ['before', '2025-11-02T09:00:00Z', '02/11/2025'],
  ])('%s', (_, at, words) => {
    expect(listTime(new Date(at), now, style)).toBe(words)
  })

  test('in full a zone is named as people write it', () => {
    const said = ['bg', 'ru', 'pl'].map(language => fullTime(now, { ...style, language }))

    expect(said.map(words => words.split(' ').at(-1))).toEqual(['GMT+2', 'GMT+2', 'EET'])
  })

  // Their dates end with "г.", which ends the sentence as well.
  test.each(['bg', 'ru'])('no sentence in %s ends with a date and a full stop of its own', language => {
    const file = new URL(`../../src/web/locales/${language}.json`, import.meta.url)

    const texts = Object.entries<string>(JSON.parse(readFileSync(file, 'utf8')))

    expect(texts.filter(([, text]) => /\{\{(?:date|day)\}\}\./.test(text))).toEqual([])
  })

  test('in the words of the language', () => {
    const at = new Date('2026-11-22T11:55:00Z')

    expect(listTime(at, now, { ...style, language: 'bg' })).toBe('5 мин')
    expect(sizeWords(84_123, 'pl')).toBe('84 kB')
  })
})

describe('links in plain text', () => {
  test('only web and mail addresses are links, without the sign behind them', () => {
    const parts = linkify('see https://x.bg/a?b=1, or javascript:alert(1) or mailto:a@x.bg.')

    expect(parts.filter(part => part.href !== undefined).map(part => part.href)).toEqual([
      'https://x.bg/a?b=1',
      'mailto:a@x.bg',
    ])
    expect(parts.map(part => part.text).join('')).toBe(
      'see https://x.bg/a?b=1, or javascript:alert(1) or mailto:a@x.bg.',
    )
  })

  test('a quote in an address ends it, so no attribute can be smuggled in', () => {
    const parts = linkify('http://x/"onmouseover="alert(1)')

    expect(parts[0]).toEqual({ text: 'http://x/', href: 'http://x/' })
  })

  test('a mark that turns text around ends an address, so that no other one is read in it', () => {
    const parts = linkify('https://evil.test/\u202emoc.knab//:sptth')

    expect(parts).toEqual([
      { text: 'https://evil.test/', href: 'https://evil.test/' },
      { text: '\u202emoc.knab//:sptth' },
    ])
  })

  test('signs behind what is no address after all take no time either', () => {
    const text = `http://[${')'.repeat(1_990)}a `.repeat(1_000)
    const startedAtMs = performance.now()

    const parts = linkify(text)

    expect(parts).toEqual([{ text }])
    expect(performance.now() - startedAtMs).toBeLessThan(1_000) // as a pattern it took 10 s
  })

  test('a mail of two hundred thousand addresses is cut off quickly and shown whole', () => {
    const text = 'http://x.bg '.repeat(200_000)

    const parts = linkify(text)

    expect(parts.length).toBeLessThan(1100)
    expect(parts.reduce((sum, part) => sum + part.text.length, 0)).toBe(text.length)
  })
})

test('a file name is shown without characters that turn it around or hide', () => {
  expect(plainName('fakt\u202egnp.exe\u0000\u200b')).toBe('faktgnp.exe')
})

test('typed and pasted addresses are read, what is none stays in the field', () => {
  expect(readAddresses('a@x.bg, "Ivana P." <i@x.bg>; a@x.bg, nobody')).toEqual({
    addresses: ['a@x.bg', 'i@x.bg'],
    rest: 'nobody',
  })
})

describe('the order of a ticket', () => {
  const message = (id: number, at: string, direction: 'inbound' | 'outbound') =>
    ({ id, receivedAt: at, direction }) as Message
  const event = (id: number, at: string, kind: TicketEvent['kind']): TicketEvent => ({
    id,
    at,
    kind,
    agentId: 1,
    messageId: null,
    stopsReply: false,
    data: {},
  })

  test('messages, notes and changes by time; changes in a row are one entry; what is seen anyway is left out', () => {
    const entries = timelineOf({
      messages: [
        message(1, '2026-01-01T10:00:00Z', 'inbound'),
        message(2, '2026-01-01T12:00:00Z', 'inbound'),
      ],
      notes: [{ id: 1, authorId: 1, text: 'n', html: null, mentions: [], createdAt: '2026-01-01T13:00:00Z' }],
      events: [
        event(1, '2026-01-01T10:00:00Z', 'message_received'),
        event(2, '2026-01-01T11:00:00Z', 'assigned'),
        event(3, '2026-01-01T11:01:00Z', 'tagged'),
      ],
    })

    expect(entries.map(entry => entry.key)).toEqual(['m1', 'e2', 'm2', 'n1'])
    expect(countEarlier(entries)).toBe(2)
  })
})

describe('a draft kept in the browser', () => {
  function memory() {
    const kept = new Map<string, string>()
    return {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
      kept,
    }
  }

  test('comes back as it was', () => {
    const store = memory()
    const draft = { ...NO_DRAFT, text: 'Здравейте', cc: ['a@x.bg'], isOpen: true }

    writeDraft(store, 'k', draft)

    expect(readDraft(store, 'k')).toEqual(draft)
  })

  test('is forgotten once it is empty', () => {
    const store = memory()
    writeDraft(store, 'k', { ...NO_DRAFT, text: 'x' })

    writeDraft(store, 'k', NO_DRAFT)

    expect(store.kept.size).toBe(0)
  })

  test('counts as none when what is stored is damaged', () => {
    const store = memory()
    store.setItem('k', '{"text":')

    expect(readDraft(store, 'k')).toEqual(NO_DRAFT)
  })
})

describe('a mail in the dark', () => {
  test('takes our colours only when it sets none of its own', () => {
    expect(framed('<html><head></head><body>a</body></html>', true).paper).toBe('own')
    expect(framed('<html><head></head><body bgcolor="#fff">a</body></html>', true).paper).toBe('light')
    expect(framed('<html><head></head><body bgcolor="#fff">a</body></html>', false).paper).toBe('own')
  })
})

describe('a session is named by its browser', () => {
  test.each([
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
      'Firefox 140 · Windows',
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0',
      'Edge 156 · Windows',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
      'Safari 19 · iOS',
    ],
    ['curl/8.0', 'curl/8.0'],
  ])('%s', (userAgent, words) => {
    expect(browserWords(userAgent)).toBe(words)
  })
})

test('a ticket opens at the first note that calls its reader and that they have not seen', () => {
  const note = (id: number, agentId: number | null, isSeen: boolean | null) => ({
    id,
    authorId: 1,
    text: '',
    html: null,
    createdAt: '2026-01-01T13:00:00Z',
    mentions: [{ agentId, teamId: agentId === null ? 3 : null, name: 'x', isSeen }],
  })
  const notes = [
    note(1, 7, true),
    note(2, null, null),
    note(3, 8, false),
    note(4, 7, false),
    note(5, 7, false),
  ]

  expect(findCall(notes, 7)).toBe('n4')
  expect(findCall(notes, 9)).toBeUndefined()
})
