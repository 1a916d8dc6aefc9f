import { expect, test } from 'vitest'
import { createMatcher } from '../../src/search/match-text.ts'
import { queryTerms } from '../../src/search/query-terms.ts'
import { createStemmer } from '../../src/search/stem-word.ts'
import { MADE_UP_LANGUAGES, madeUpMail } from './made-up-mail.ts'

const stemmer = createStemmer()

function marksOf(text: string, word: string): string[] {
  const terms = queryTerms([{ text: word, field: null, isPhrase: false, isNegated: false }], stemmer)
  return createMatcher(terms, 'whole', stemmer)
    .mark(text, null, null)
    .map(({ start, end }) => text.slice(start, end))
}

test('each word of a text is marked when it is looked for, whatever letters it begins with', () => {
  const odd =
    'Ёж ёлка Łódź łódź Öl ßa É\u0301cole \u0301mark А-1042 A1042 ２3 𝒜b ИЙ ий Х1 х1 Ящик İstanbul ﬁne ñu æon'
  const texts = [odd, ...MADE_UP_LANGUAGES.map((_, n) => madeUpMail(n * 5, 20, 1).text)]
  const asked = texts.flatMap(text =>
    text.split(/\s+/).flatMap(word => (word === '' ? [] : [{ text, word }])),
  )

  const missed = asked.filter(
    ({ text, word }) => !marksOf(text, word).join(' ').includes(word.replace(/\.$/, '')),
  )

  expect(asked.length).toBeGreaterThan(400)
  expect(missed.map(({ word }) => word)).toEqual([])
})

test('other forms of a word are marked too, and words that only begin like it are not', () => {
  expect(marksOf('Invoices, an invoice and an invitation', 'invoice')).toEqual(['Invoices', 'invoice'])
  expect(marksOf('бели и бял бряг', 'бял')).toContain('бял')
  expect(marksOf('фактурата и фактури, факт', 'фактура')).toEqual(['фактурата', 'фактури'])
})
