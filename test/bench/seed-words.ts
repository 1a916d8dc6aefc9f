import { type SearchDocument, searchWords } from '../../src/search/search-words.ts'
import { createStemmer } from '../../src/search/stem-word.ts'

/** The words of the parts made-up messages are put together from, by the product's own function. */
export type PartWords = {
  ofText: (text: string, language: string | null) => string[]
  ofSubject: (subject: string, language: string | null) => string[]
  ofSender: (name: string | null, address: string) => string[]
  ofRecipient: (name: string | null, address: string) => string[]
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
 * A message's words are those of its parts together, so what many messages share is made once. Holds below the limits
 * of `searchWords`, which no made-up mail reaches; plans.test.ts compares with what the product makes of the whole.
 */
export function createPartWords(): PartWords {
  const stemmer = createStemmer()
  const of = (part: Partial<SearchDocument>): string[] =>
    searchWords({ ...nothing, ...part }, stemmer).filter(word => !ofEvery.has(word))
  return {
    ofText: (text, language) => of({ text, language }),
    ofSubject: (subject, language) => of({ subject, language }),
    ofSender: (name, address) => of({ from: [{ name, address }] }),
    ofRecipient: (name, address) => of({ to: [{ name, address }] }),
  }
}
