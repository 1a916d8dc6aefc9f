import { expect, test } from 'vitest'
import { foldWord, mayFoldTo } from '../../src/search/fold-word.ts'
import { isCode, runsOf } from '../../src/search/split-words.ts'
import { seededRandom } from '../support/mails.ts'

// What words are, as an expression says it.
const RUNS = /[\p{L}\p{M}\p{N}]+(?:[-._@+/'’&=~][\p{L}\p{M}\p{N}]+)*/gu
const PARTS = /[\p{L}\p{M}\p{N}]+/gu
const PIECES = [
  ...[
    'a',
    'Ж',
    'é',
    'e\u0301',
    'ß',
    '中',
    '한',
    'ا',
    '𝒜',
    '𝟙',
    '٣',
    '7',
    '²',
    '\u200d',
    '\ufe0f',
    '👍',
    '👩‍💻',
  ],
  ...[
    '-',
    '.',
    '_',
    '@',
    '+',
    '/',
    "'",
    '’',
    '&',
    '=',
    '~',
    ' ',
    '\n',
    '\u00a0',
    ':',
    '"',
    '\ud835',
    '\udc9c',
    '\0',
  ],
]

test('words and what joins them are as the expression says, of any characters', () => {
  const random = seededRandom(7)
  for (let round = 0; round < 3_000; round++) {
    const text = Array.from({ length: 40 }, () => PIECES[Math.floor(random() * PIECES.length)]).join('')
    const expected = [...text.matchAll(RUNS)].map(({ 0: run, index }) => ({
      start: index,
      end: index + run.length,
      parts: [...run.matchAll(PARTS)].map(part => ({
        start: index + part.index,
        end: index + part.index + part[0].length,
      })),
    }))

    const runs = [...runsOf(text)]

    expect(runs, JSON.stringify(text)).toEqual(expected)
    for (const run of runs) {
      const raw = text.slice(run.start, run.end)
      expect(isCode(text, run), JSON.stringify(raw)).toBe(/[\p{N}@]/u.test(raw))
    }
  }
})

test('no word is told apart by its first letter from what it becomes', () => {
  const random = seededRandom(7)
  const letters = [...'aZ7éßłıİŁЙйИиЁё', 'е\u0308', 'и\u0306', 'o\u0338', ...'асоАВХіӓК℀ℌｗ𝒜²٣']
  for (let round = 0; round < 20_000; round++) {
    const word = Array.from({ length: 1 + (round % 4) }, () =>
      random() < 0.8
        ? letters[Math.floor(random() * letters.length)]
        : String.fromCharCode(Math.floor(random() * 0xd800)),
    ).join('')
    if (!/^[\p{L}\p{M}\p{N}]+$/u.test(word)) continue

    const form = foldWord(word)

    if (form !== '') expect(mayFoldTo(word.charCodeAt(0), form), JSON.stringify(word)).toBe(true)
  }
  expect(mayFoldTo('ж'.charCodeAt(0), 'заказ')).toBe(false)
  expect(mayFoldTo('P'.charCodeAt(0), 'order')).toBe(false)
})
