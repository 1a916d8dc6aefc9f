import { type SearchDocument, searchWords } from '../../src/search/search-words.ts'
import { createStemmer } from '../../src/search/stem-word.ts'
import { vectorText } from '../../src/search/word-set.ts'

/** The words of the parts made-up messages are put together from, by the product's own function, as tsvector text. */
export type PartWords = {
  ofText: (text: string, language: string | null) => string
  ofSubject: (subject: string, language: string | null) => string
  /** Of what a subject goes on with. */
  ofSubjectEnd: (end: string, language: string | null) => string
  ofSender: (name: string | null, address: string) => string
  ofRecipient: (name: string | null, address: string) => string
}

const nothing: SearchDocument = {
  kind: 'note',
  mailboxId: 0,
  language: null,
  subject: '',
  text: '',
  from: [],
  to: [],
  files: [],
  fields: [],
}
const ofEvery = new Set(['m:0', 'k:note']) // each message has its own instead

/**
 * A message's words are those of its parts together, so what many messages share is made once; `||` of two vectors moves
 * the places of the second behind those of the first. Holds below the limits of `searchWords`, which no made-up mail
 * reaches; plans.test.ts compares with what the product makes of the whole.
 */
export function createPartWords(): PartWords {
  const stemmer = createStemmer()
  const of = (part: Partial<SearchDocument>, shift = 0): string => {
    const made = searchWords({ ...nothing, ...part }, stemmer).words
    const own = [...made].filter(([word]) => !ofEvery.has(word))
    const words = new Map(own.map(([word, places]) => [word, places?.map(place => place + shift) ?? null]))
    return vectorText({ words, hasPlaces: true })
  }
  return {
    ofText: (text, language) => of({ text, language }),
    ofSubject: (subject, language) => of({ subject, language }),
    ofSubjectEnd: (subject, language) => of({ subject, language }, -1), // the same text: no gap before it
    ofSender: (name, address) => of({ from: [{ name, address }] }),
    ofRecipient: (name, address) => of({ to: [{ name, address }] }),
  }
}
