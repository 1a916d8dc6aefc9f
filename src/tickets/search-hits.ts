import type { Db } from '../db/database.ts'
import { excerpt, type MarkedText } from '../search/excerpt.ts'
import type { Matcher } from '../search/match-text.ts'
import { type FoundRow, type HitRow, selectHits } from './search.queries.ts'
import { searchDocument } from './search-document.ts'
import { type SearchSource, selectFoundSources } from './search-index.queries.ts'
import { keysOf } from './search-rows.ts'

/** A hit with what in it was looked for. */
export type Hit = Omit<HitRow, 'subject'> & {
  subject: MarkedText
  excerpt: MarkedText
  files: MarkedText[]
  fields: MarkedText[]
  from: MarkedText | null
}

const excerptLength = 220
const lineLength = 200
const readChars = 32_768 // what stands further down is found and opened, and not shown in the list
const maxFiles = 3
const maxFields = 3

/** Reads what a page of hits shows, in the order of the rows; one that has just been deleted is left out. */
export async function readHits(db: Db, rows: readonly FoundRow[], matcher: Matcher): Promise<Hit[]> {
  if (rows.length === 0) return []
  const keys = keysOf(rows)
  const hits = new Map((await selectHits(db, keys)).map(row => [keyOf(row), row]))
  const sources = new Map((await selectFoundSources(db, keys)).map(source => [keyOf(source), source]))
  return rows.flatMap(row => {
    const [hit, source] = [hits.get(keyOf(row)), sources.get(keyOf(row))]
    return hit === undefined || source === undefined ? [] : [markHit(hit, source, matcher)]
  })
}

function keyOf({ messageId, noteId }: { messageId: number | null; noteId: number | null }): string {
  return messageId !== null ? `m${messageId}` : `n${noteId}`
}

function markHit(row: HitRow, source: SearchSource, matcher: Matcher): Hit {
  const document = searchDocument(source)
  const line = (text: string, field: 'subject' | 'from' | null) =>
    excerpt(text, matcher.mark(text.slice(0, readChars), field, null), lineLength)
  const marks = matcher.mark(document.text.slice(0, readChars), null, document.language)
  const [author] = document.from
  const named = author?.name ?? null
  const from = author === undefined ? null : line(named ?? author.address, 'from')
  const address = author === undefined || named === null ? null : line(author.address, 'from')
  return {
    ...row,
    subject: line(source.noteId === null ? source.subject : row.subject, 'subject'),
    excerpt: excerpt(document.text, marks, excerptLength),
    files: document.files
      .map(file => line(file.name, null))
      .filter(file => file.marks.length > 0)
      .slice(0, maxFiles),
    fields: document.fields.flatMap(field => markField(field, matcher)).slice(0, maxFields),
    // The address is shown where only it has what was looked for.
    from: from?.marks.length === 0 && address !== null && address.marks.length > 0 ? address : from,
  }
}

/** A field with its name, where what stands in it was looked for. */
function markField({ name, value }: { name: string; value: string }, matcher: Matcher): MarkedText[] {
  const { text, marks } = excerpt(value, matcher.mark(value, 'field', null), lineLength)
  if (marks.length === 0) return []
  const by = name.length + 2
  return [
    {
      text: `${name}: ${text}`,
      marks: marks.map(({ start, end }) => ({ start: start + by, end: end + by })),
    },
  ]
}
