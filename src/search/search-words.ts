import { isCode, type Run, runsOf, wholesOf, wordAt } from './split-words.ts'
import type { Stemmer } from './stem-word.ts'
import { type SearchWords, WordSet } from './word-set.ts'

/** A name and an address of somebody a mail is from or to. */
export type SearchPerson = { name: string | null; address: string }

/** What of a message or a note can be found. A note has a text alone. */
export type SearchDocument = {
  kind: 'note' | 'received' | 'sent'
  /** Of its ticket. */
  mailboxId: number
  /** BCP 47 primary tag of the text, null where nobody is sure. */
  language: string | null
  subject: string
  text: string
  from: readonly SearchPerson[]
  to: readonly SearchPerson[]
  files: readonly { name: string; contentType: string }[]
  /** What stands in the fields of its ticket's customer: with the first message of a ticket, with others nothing. */
  fields: readonly { name: string; value: string }[]
}

/**
 * The version of the code that makes words: raised with each change of what a text or a query becomes, so that
 * rows of an older one are made again.
 */
export const SEARCH_VERSION = 2

const MAX_TEXT = 262_144 // characters: a pasted log of megabytes would not fit into a tsvector
const MAX_PEOPLE = 100
const MAX_JOINED_PARTS = 12
const PIECE = 3

/**
 * The words a message or note is found by. No word of a text can hold a colon, which is how the others are told apart:
 * stems (`bg:фактур`), of a subject (`s:`), who it is from and to (`f:`, `t:`), of fields of the customer (`c:`), the
 * mailbox (`m:7`), what it is and has (`k:note`, `h:file`), and pieces of three letters of names, numbers and files
 * (`3:452`).
 *
 * Linear, and bounded for the largest mail: 256 kB of text, 20,000 words, 700 kB of them, places up to the 16,383rd.
 */
export function searchWords(document: SearchDocument, stemmer: Stemmer): SearchWords {
  const words = new WordSet()
  words.add(`m:${document.mailboxId}`)
  words.add(`k:${document.kind}`)
  for (const kind of fileKinds(document.files)) words.add(`h:${kind}`)
  const language = subjectLanguage(document.language)
  addSpoken(words, document.subject, 's:', { language, stemmer })
  addPieces(words, document.subject)
  addPeople(words, 'f:', document.from, stemmer)
  addPeople(words, 't:', document.to, stemmer)
  for (const file of document.files) {
    addSpoken(words, file.name, null, { language, stemmer })
    addPieces(words, file.name)
  }
  for (const { value } of document.fields) {
    addSpoken(words, value, 'c:', { language: null, stemmer })
    addPieces(words, value)
  }
  addText(words, document.text, { language: document.language, stemmer })
  return words.all()
}

// A subject may be English whatever the text is; of one in Cyrillic letters the text tells which language it is.
function subjectLanguage(language: string | null): string | null {
  return language === 'ru' || language === 'bg' ? language : null
}

/** The kinds of files one can ask for. */
function fileKinds(files: SearchDocument['files']): Set<string> {
  const kinds = new Set<string>()
  for (const { name, contentType } of files) {
    kinds.add('attachment')
    if (contentType.startsWith('image/')) kinds.add('image')
    if (contentType === 'application/pdf' || /\.pdf$/i.test(name)) kinds.add('pdf')
  }
  return kinds
}

/** How the words of a text are read: its language, null where it is not known. */
type Reading = { language: string | null; stemmer: Stemmer }

function addPeople(
  words: WordSet,
  field: 'f:' | 't:',
  people: readonly SearchPerson[],
  stemmer: Stemmer,
): void {
  if (people.length > MAX_PEOPLE) words.losePlaces()
  for (const { name, address } of people.slice(0, MAX_PEOPLE)) {
    addSpoken(words, name ?? '', field, { language: null, stemmer })
    addSpoken(words, address, field, { language: null, stemmer: noStems })
    addPieces(words, `${name ?? ''} ${address}`)
  }
}

/** All words of a text, then the pieces of its numbers and addresses. */
function addText(words: WordSet, whole: string, reading: Reading): void {
  const text = whole.slice(0, MAX_TEXT)
  if (text.length < whole.length) words.losePlaces()
  const codes: Run[] = []
  let hasRoom = true
  words.beginText()
  for (const run of runsOf(text)) {
    if (isCode(text, run)) codes.push(run)
    if (hasRoom) hasRoom = addRun(words, text, run, null, reading)
  }
  for (const run of codes) addPiecesOf(words, text, run)
}

/** Every word of a text as it is compared, also with the prefix of its field. */
function addSpoken(words: WordSet, text: string, field: string | null, reading: Reading): void {
  words.beginText()
  for (const run of runsOf(text)) addRun(words, text, run, field, reading)
}

/** A run's parts, their stems, and several parts as one. False once the message has all the words it may have. */
function addRun(words: WordSet, text: string, run: Run, field: string | null, reading: Reading): boolean {
  const add = (word: string, place?: number) =>
    words.add(word, place) && (field === null || words.add(field + word, place))
  let hasRoom = true
  if (run.parts.length > 1 && run.parts.length <= MAX_JOINED_PARTS) {
    const { whole, joined } = wholesOf(text, run)
    hasRoom = add(whole) && add(joined)
  }
  for (const part of run.parts) {
    const place = words.nextPlace()
    hasRoom &&= add(wordAt(text, part), place)
    const stems = reading.stemmer.of(text.slice(part.start, part.end), reading.language)
    for (const stem of stems) hasRoom &&= add(stem)
  }
  if (!hasRoom) words.losePlaces()
  return hasRoom
}

function addPieces(words: WordSet, text: string): void {
  for (const run of runsOf(text)) addPiecesOf(words, text, run)
}

function addPiecesOf(words: WordSet, text: string, run: Run): void {
  if (run.parts.length > MAX_JOINED_PARTS) return
  for (const piece of piecesOf(joinedOf(text, run))) {
    if (!words.addPiece(`3:${piece}`)) return
  }
}

/** The three-letter pieces of a word: whatever holds it as a part has all of them. */
export function piecesOf(word: string): string[] {
  return Array.from({ length: Math.max(0, word.length - PIECE + 1) }, (_, at) => word.slice(at, at + PIECE))
}

/** What can be looked up by a piece: a run without its signs. */
function joinedOf(text: string, run: Run): string {
  const [only] = run.parts
  return run.parts.length === 1 && only !== undefined ? wordAt(text, only) : wholesOf(text, run).joined
}

const noStems: Stemmer = { of: () => [] }
