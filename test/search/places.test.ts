import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMatcher } from '../../src/search/match-text.ts'
import { parseQuery } from '../../src/search/parse-query.ts'
import { isOfSeveral, type QueryTerm, queryTerms } from '../../src/search/query-terms.ts'
import { type SearchDocument, searchWords } from '../../src/search/search-words.ts'
import { createStemmer } from '../../src/search/stem-word.ts'
import { phraseQuery } from '../../src/search/ts-query.ts'
import { vectorText } from '../../src/search/word-set.ts'
import { seededRandom } from '../support/mails.ts'
import { createDatabase, type TestDatabase } from '../support/postgres.ts'

const stemmer = createStemmer()
const pieces = [
  'a',
  'b',
  'b',
  'Ж',
  'ё',
  'e\u0301',
  '𝒜',
  '7',
  '\u0301',
  'х1',
  "o'k",
  'a-b',
  'x@a.b',
  '\\',
  "'",
  '.',
  '\n',
]
const signs = [' ', ' ', ' ', '. ', '-', "'", '/', '\u2019']

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})

afterAll(async () => await database?.drop())

function termsOf(text: string): QueryTerm[] {
  const parsed = parseQuery(text)
  return 'query' in parsed ? queryTerms(parsed.query.words, stemmer) : []
}

function documentOf(part: Partial<SearchDocument>): SearchDocument {
  const none = { from: [], to: [], files: [], fields: [] }
  return { kind: 'received', mailboxId: 1, language: null, subject: '', text: '', ...none, ...part }
}

type Question = { vector: string; phrases: string; isHeld: boolean; what: string }

async function answersOf(questions: readonly Question[]): Promise<boolean[]> {
  const { rows } = await sql<{ isHeld: boolean }>`
    select vector::tsvector @@ phrases::tsquery as "isHeld"
    from unnest(${questions.map(one => one.vector)}::text[], ${questions.map(one => one.phrases)}::text[])
      with ordinality as asked (vector, phrases, at)
    order by at`.execute(database.db)
  return rows.map(row => row.isHeld)
}

test('places tell of any phrase, with a minus too, what reading the texts tells', async () => {
  const random = seededRandom(11)
  const one = (of: readonly string[]) => of[Math.floor(random() * of.length)] ?? ''
  const text = (most: number) =>
    Array.from({ length: 1 + Math.floor(random() * most) }, () => one(pieces) + one(signs)).join('')
  const questions: Question[] = []
  while (questions.length < 4_000) {
    const document = documentOf({
      subject: text(3),
      text: text(12),
      from: [{ name: text(2), address: text(2) }],
      to: [{ name: null, address: text(3) }],
      files: [{ name: text(3), contentType: 'text/plain' }],
      fields: [{ name: 'Plan', value: text(3) }],
    })
    const field = one(['', '', '', 'subject:', 'from:', 'to:', 'field:'])
    const what = `${one(['', '-'])}${field}"${text(3)}" ${one(['', `-"${text(2)}"`])}`
    const terms = termsOf(what)
    const phrases = phraseQuery(terms)
    if (phrases === null) continue
    const made = searchWords(document, stemmer)
    const isHeld = createMatcher(terms.filter(isOfSeveral), 'whole', stemmer).accepts(document)
    questions.push({
      vector: vectorText(made),
      phrases,
      isHeld,
      what: `${what} in ${JSON.stringify(document)}`,
    })
  }

  const answers = await answersOf(questions)

  const wrong = questions.filter(({ isHeld }, at) => isHeld !== answers[at])
  expect(wrong.map(({ what }) => what)).toEqual([])
  expect(answers.filter(Boolean).length).toBeGreaterThan(400)
  expect(answers.filter(isHeld => !isHeld).length).toBeGreaterThan(400)
})

test('places are kept as far as a tsvector holds them, and none where they are not all known', async () => {
  const last = 16_382 // with the gap before a text the 16,383rd place
  const words = (count: number) =>
    `${'w '.repeat(100)}${Array.from({ length: count - 102 }, (_, n) => `x${n}`).join(' ')} red kite`
  const documents = [
    documentOf({ text: words(last) }),
    documentOf({ text: words(last + 1) }),
    documentOf({ text: 'red kite '.repeat(255) }),
    documentOf({ text: 'red kite '.repeat(256) }),
    documentOf({
      text: 'red kite',
      to: Array.from({ length: 101 }, () => ({ name: null, address: 'a@b.test' })),
    }),
  ]

  const made = documents.map(document => searchWords(document, stemmer))
  const phrases = phraseQuery(termsOf('"red kite"')) ?? ''
  const answers = await answersOf(
    made.map(words => ({ vector: vectorText(words), phrases, isHeld: true, what: '' })),
  )

  expect(made.map(({ hasPlaces }) => hasPlaces)).toEqual([true, false, true, false, false])
  expect(answers).toEqual([true, false, true, false, false])
})
