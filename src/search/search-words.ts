import { isCode, type Run, runsOf, wholesOf, wordAt } from './split-words.ts'
import type { Stemmer } from './stem-word.ts'

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
export const SEARCH_VERSION = 1

const MAX_TEXT = 262_144 // mail-core.md 15
const MAX_WORDS = 20_000
const MAX_BYTES = 700_000 // a tsvector holds 1 MB
const MAX_PIECES = 4_000
const MAX_JOINED_PARTS = 12
const PIECE = 3

/**
 * The words a message or note is found by. No word of a text can hold a colon, which is how the others are told
 * apart: stems (`bg:фактур`), of a subject (`s:`), who it is from and to (`f:`, `t:`), of fields of the customer (`c:`), the mailbox (`m:7`), what it
 * is and has (`k:note`, `h:file`), and pieces of three letters of names, numbers and files (`3:452`).
 *
 * Linear, and bounded for the largest mail: 256 kB of text, 20,000 words, 700 kB of them.
 */
export function searchWords(document: SearchDocument, stemmer: Stemmer): string[] {
  const words = new WordSet()
  words.add(`m:${document.mailboxId}`)
  words.add(`k:${document.kind}`)
  for (const kind of fileKinds(document.files)) words.add(`h:${kind}`)
  const language = subjectLanguage(document.language)
  for (const word of spoken(document.subject, language, stemmer)) {
    words.add(word)
    words.add(`s:${word}`)
  }
  words.addPieces(document.subject)
  addPeople(words, 'f', document.from, stemmer)
  addPeople(words, 't', document.to, stemmer)
  for (const file of document.files) {
    for (const word of spoken(file.name, language, stemmer)) words.add(word)
    words.addPieces(file.name)
  }
  for (const { value } of document.fields) {
    for (const word of spoken(value, null, stemmer)) {
      words.add(word)
      words.add(`c:${word}`)
    }
    words.addPieces(value)
  }
  const text = document.text.slice(0, MAX_TEXT)
  addText(words, text, document.language, stemmer)
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

function addPeople(
  words: WordSet,
  field: 'f' | 't',
  people: readonly SearchPerson[],
  stemmer: Stemmer,
): void {
  for (const { name, address } of people.slice(0, 100)) {
    for (const word of [...spoken(name ?? '', null, stemmer), ...spoken(address, null, noStems)]) {
      words.add(word)
      words.add(`${field}:${word}`)
    }
    words.addPieces(`${name ?? ''} ${address}`)
  }
}

/** All words of a text, then the pieces of its numbers and addresses. */
function addText(words: WordSet, text: string, language: string | null, stemmer: Stemmer): void {
  const codes: Run[] = []
  let hasRoom = true
  for (const run of runsOf(text)) {
    if (isCode(text, run)) codes.push(run)
    if (hasRoom) hasRoom = wordsOf(text, run, language, stemmer).every(word => words.add(word))
  }
  for (const run of codes) words.addPiecesOf(text, run)
}

/** Every word of a text as it is compared: its parts, their stems, and runs of several parts as one. */
function spoken(text: string, language: string | null, stemmer: Stemmer): string[] {
  return [...runsOf(text)].flatMap(run => wordsOf(text, run, language, stemmer))
}

function wordsOf(text: string, run: Run, language: string | null, stemmer: Stemmer): string[] {
  const words: string[] = []
  if (run.parts.length > 1 && run.parts.length <= MAX_JOINED_PARTS) {
    const { whole, joined } = wholesOf(text, run)
    words.push(whole, joined)
  }
  for (const part of run.parts) {
    words.push(wordAt(text, part), ...stemmer.of(text.slice(part.start, part.end), language))
  }
  return words
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

class WordSet {
  private readonly found = new Set<string>()
  private bytes = 0
  private pieces = 0

  /** False once the message has all the words it may have. */
  add(word: string): boolean {
    if (word === '' || this.found.has(word)) return true
    const bytes = Buffer.byteLength(word) + 8
    if (this.found.size >= MAX_WORDS || this.bytes + bytes > MAX_BYTES) return false
    this.found.add(word)
    this.bytes += bytes
    return true
  }

  addPieces(text: string): void {
    for (const run of runsOf(text)) this.addPiecesOf(text, run)
  }

  addPiecesOf(text: string, run: Run): void {
    if (run.parts.length > MAX_JOINED_PARTS) return
    for (const piece of piecesOf(joinedOf(text, run))) {
      if (this.pieces >= MAX_PIECES) return
      this.pieces++
      this.add(`3:${piece}`)
    }
  }

  all(): string[] {
    return [...this.found]
  }
}
