import type { Db, Tx } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import type { SearchDocument } from '../search/search-words.ts'
import type { TsQuery } from '../search/ts-query.ts'
import {
  type FoundRow,
  type SearchWish,
  searchByWords,
  selectAmongNewest,
  selectByWords,
  selectInOrder,
  selectWanted,
} from './search.queries.ts'
import type { SearchPlace } from './search-cursor.ts'
import { searchDocument } from './search-document.ts'
import { selectPartitions, selectSources } from './search-index.queries.ts'

/** What rows to find. `accepts` decides what the words of a row cannot: the order of a phrase, parts of words. */
export type RowSearch = Omit<SearchWish, 'words' | 'rowLimit'> & {
  words: TsQuery | null
  limit: number
  accepts: ((document: SearchDocument) => boolean) | null
}

/** The rows of a page, and the place to look on from: null when nothing older is left. */
export type RowsFound = { rows: FoundRow[]; next: SearchPlace | null }

type Window = { from: string | null; to: string | null }

/** `lookedChars`: of the texts that were read for `accepts`, in all windows. */
type Search = { db: Db; wish: RowSearch; isOver: () => boolean; lookedChars: number }

const newestRead = 500 // a word in each tenth message fills a page of them
const growth = [1, 3, 8] // quarters asked at a time, newest first; then all the rest
const budgetMs = 1_000 // then a page is handed out as it is, with the place to look on from
const lookedAtOnce = 100
const askedMore = 4 // where tickets are seldom as wanted, so many times as many rows are asked the next time
const mostAsked = 25_000
const maxLookedChars = 1_000_000 // a tenth of a second; whoever asks goes on from there

/**
 * Finds the newest rows with the wanted words: among the newest few hundred first, where common words are; then by
 * the index, the newest quarter, three more, eight more, the rest, until the page is full.
 */
export async function findRows(tx: Tx, clock: Clock, wish: RowSearch): Promise<RowsFound> {
  const beganMs = clock.monotonicMs()
  const isOver = () => clock.monotonicMs() - beganMs > budgetMs
  const search: Search = { db: tx, wish, isOver, lookedChars: 0 }
  const windows = windowsOf(await selectPartitions(tx), wish)
  const early = await findAmongNewest(tx, wish, windows)
  if (early !== null) return early
  if (wish.words?.isNarrow === true) await searchByWords(tx)
  const rows: FoundRow[] = []
  for (const window of windows) {
    const found = await findInWindow(search, window, wish.limit + 1 - rows.length)
    rows.push(...found.rows)
    if (rows.length > wish.limit) return pageOf(rows, wish.limit)
    if (found.next !== null) return { rows, next: found.next }
    if (window.from !== null && window !== windows.at(-1) && search.isOver()) {
      return { rows, next: { atUs: Date.parse(window.from) * 1000, ord: 0 } }
    }
  }
  return { rows, next: null }
}

/** A full page out of the newest rows, where there is one. */
async function findAmongNewest(
  db: Db,
  wish: RowSearch,
  windows: readonly Window[],
): Promise<RowsFound | null> {
  const [newest] = windows
  if (newest === undefined || wish.accepts !== null || wish.words?.isNarrow !== true) return null
  if (wish.limit >= newestRead) return null
  const rows = await selectAmongNewest(db, wishOf(wish, newest, wish.after, wish.limit + 1), newestRead)
  return rows.length > wish.limit ? pageOf(rows, wish.limit) : null
}

function pageOf(rows: readonly FoundRow[], limit: number): RowsFound {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: last === undefined ? null : { atUs: last.atUs, ord: last.ord } }
}

async function findInWindow(search: Search, window: Window, wanted: number): Promise<RowsFound> {
  const { db, wish, isOver } = search
  const { accepts } = wish
  const kept: FoundRow[] = []
  let after = wish.after
  for (let step = 0; ; step++) {
    const most = accepts === null ? Math.min(wanted * askedMore ** step, mostAsked) : lookedAtOnce
    const { rows, last } = await ask(search, window, after, most)
    const looked =
      accepts === null
        ? { kept: rows.slice(0, wanted - kept.length), chars: 0 }
        : lookAt(rows, await readDocuments(db, rows), accepts, wanted - kept.length)
    kept.push(...looked.kept)
    search.lookedChars += looked.chars
    if (kept.length >= wanted || last === null) return { rows: kept, next: null }
    after = last
    if (search.lookedChars > maxLookedChars || isOver()) return { rows: kept, next: after }
  }
}

/** Rows as wanted out of at most so many with the words; `last` is the last one looked at, null at the end. */
async function ask(
  { db, wish }: Search,
  window: Window,
  after: SearchPlace | null,
  most: number,
): Promise<{ rows: FoundRow[]; last: SearchPlace | null }> {
  const asked = wishOf(wish, window, after, most)
  const isByWords = wish.words?.isNarrow === true
  const found = await (isByWords ? selectByWords : selectInOrder)(db, asked)
  const last = found.length < most ? null : (found.at(-1) ?? null)
  return { rows: isByWords && found.length > 0 ? await selectWanted(db, found, asked) : found, last }
}

function lookAt(
  rows: readonly FoundRow[],
  documents: ReadonlyMap<number, SearchDocument>,
  accepts: (document: SearchDocument) => boolean,
  wanted: number,
): { kept: FoundRow[]; chars: number } {
  const kept: FoundRow[] = []
  let chars = 0
  for (const row of rows) {
    const document = documents.get(row.ord)
    if (document === undefined) continue
    chars += document.text.length
    if (accepts(document)) kept.push(row)
    if (kept.length >= wanted) break
  }
  return { kept, chars }
}

async function readDocuments(db: Db, rows: readonly FoundRow[]): Promise<Map<number, SearchDocument>> {
  const sources = await selectSources(db, keysOf(rows))
  return new Map(
    sources.map(source => [
      source.messageId !== null ? source.messageId * 2 : (source.noteId ?? 0) * 2 + 1,
      searchDocument(source),
    ]),
  )
}

/** The ids behind found rows. */
export function keysOf(rows: readonly FoundRow[]): { messageIds: number[]; noteIds: number[] } {
  return {
    messageIds: rows.flatMap(row => row.messageId ?? []),
    noteIds: rows.flatMap(row => row.noteId ?? []),
  }
}

function wishOf(wish: RowSearch, window: Window, after: SearchPlace | null, rowLimit: number): SearchWish {
  const { mailboxIds, conditions, words } = wish
  return { ...window, after, words: words?.text ?? null, mailboxIds, conditions, rowLimit }
}

/** The stretches of time to ask, newest first, in growing groups of partitions, cut to what is wanted. */
function windowsOf(partitions: readonly (string | null)[], wish: RowSearch): Window[] {
  const starts = partitions.filter(start => mayHold(start, wish))
  const windows: Window[] = []
  let to = wish.to
  for (let at = 0, step = 0; at < starts.length; step++) {
    at = Math.min(starts.length, at + (growth[step] ?? starts.length))
    const from = starts[at - 1] ?? null
    const isLast = wish.from !== null && (from === null || Date.parse(from) <= Date.parse(wish.from))
    windows.push({ from: isLast ? wish.from : from, to })
    if (isLast) break
    to = from
  }
  return windows
}

/** Whether a partition begins before all that is wanted has ended; null begins before everything. */
function mayHold(start: string | null, { after, to }: RowSearch): boolean {
  if (start === null) return true
  const isBehind = after === null || Date.parse(start) * 1000 <= after.atUs
  return isBehind && (to === null || Date.parse(start) < Date.parse(to))
}
