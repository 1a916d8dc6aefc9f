import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { foldWord } from '../../src/search/fold-word.ts'
import { createStemmer, mayHaveStem } from '../../src/search/stem-word.ts'
import { readSet, SET_LANGUAGES } from './search-set.ts'

const WORDS = /[\p{L}\p{M}]+/gu
// Letters that fold to others, and words whose stems change more than their endings.
const ODD =
  'Łódź łamany Österreich straße œuvre Йод йогурт ёлка ясна ящик щях dying skies ties Ǆungla ﬁle ℌaus'

function wordsOfProject(): Set<string> {
  const locales = SET_LANGUAGES.map(name =>
    readFileSync(new URL(`../../src/web/locales/${name}.json`, import.meta.url), 'utf8'),
  )
  const mails = SET_LANGUAGES.flatMap(name => readSet(name).mails.map(mail => `${mail.subject} ${mail.text}`))
  return new Set([ODD, ...locales, ...mails].flatMap(text => text.match(WORDS) ?? []))
}

test('no word has a stem that its first letter rules out', () => {
  const stemmer = createStemmer()
  const words = [...wordsOfProject()]

  const ruledOut = words.flatMap(word =>
    stemmer.of(word, null).filter(stem => !mayHaveStem(foldWord(word), stem)),
  )

  expect(words.length).toBeGreaterThan(5_000)
  expect(ruledOut).toEqual([])
  expect(mayHaveStem('faktura', 'pl:rachunk')).toBe(false)
})
