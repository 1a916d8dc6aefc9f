import type { Db, Tx } from '../db/database.ts'
import type { Clock } from '../lib/clock.ts'
import type { SearchDocument } from '../search/search-words.ts'
import type { TsQuery } from '../search/ts-query.ts'
import {
  type FoundRow,
  type FoundRows,
  type SearchWish,
  searchByWords,
  searchInOrder,
  selectByWords,
  selectCut,
  selectInOrder,
  selectWanted,
} from './search.queries.ts'
import type { SearchPlace } from './search-cursor.ts'
import { searchDocument } from './search-document.ts'
import { selectFoundSources, selectPartitions } from './search-index.queries.ts'

/**
 * What only the texts of a row tell: parts of words, and where words have no places the order of a phrase.
 * `accepts`: whether a document is as wanted.
 */
export type RowLook = { accepts: (document: SearchDocument) => boolean; at: 'all' | 'without-places' }

/** What rows to find; null: no text needs a look. There is one wherever there are phrases. */
export type RowSearch = Omit<SearchWish, 'words' | 'rowLimit'> & {
  words: TsQuery | null
  limit: number
  look: RowLook | null
}

/** The rows of a page, and the place to look on from: null when nothing older is left. */
export type RowsFound = { rows: FoundRow[]; next: SearchPlace | null }

type Window = { from: string | null; to: string | null }

/**
 * What was seen on the way: rows in the stretches that were cut off, rows with the words, those of them whose tickets were
 * asked for (of phrases, where the words follow each other), those that may be shown, those whose ticket is as wanted too,
 * and hits. `chars`: of the texts that were looked at.
 */
type Seen = Record<'rows' | 'found' | 'asked' | 'shown' | 'fitting' | 'hits' | 'chars', number>

type Search = { tx: Tx; wish: RowSearch; isOver: () => boolean; seen: Seen }

const firstSlice = 250 // rows; common words fill a page of them, and of others we know then how common they are
const largestSlice = 50_000 // further down the whole quarter is asked: counting so many rows costs as much
const sliceGrowth = 32 // at most so many times what was seen
const spareShare = 1.5 // of what should be enough
const fewFound = 100 // rows in all quarters so far: then the others hold few too
const fewShown = 0.1 // of at least so many rows: then the mailboxes narrow more than they cost
const enoughAsked = 100 // fewer may be of three tickets
const growth = [1, 3, 8] // quarters asked at a time, newest first; then all the rest
const budgetMs = 1_000 // then a page is handed out as it is, with the place to look on from
const lookedAtOnce = 200
const askedMore = 4 // where tickets are seldom as wanted, so many times as many rows are asked the next time
const mostAsked = 25_000
const maxLookedChars = 1_000_000 // a tenth of a second; whoever asks goes on from there
const mostPlaces = 5_000 // rows of a phrase whose places are read: the same
const fewestPlaces = 500 // at a time

/**
 * Finds the newest rows with the wanted words: among the newest few hundred first, then in stretches of time as long as
 * should fill the page by what was seen before; of rare words in the newest quarter, and in all others.
 */
export async function findRows(tx: Tx, clock: Clock, wish: RowSearch): Promise<RowsFound> {
  const beganMs = clock.monotonicMs()
  const isOver = () => clock.monotonicMs() - beganMs > budgetMs
  const seen = { rows: 0, found: 0, asked: 0, shown: 0, fitting: 0, hits: 0, chars: 0 }
  const search: Search = { tx, wish, isOver, seen }
  const windows = windowsOf(await selectPartitions(tx), wish)
  const rows: FoundRow[] = []
  for await (const window of inStretches(search, windows)) {
    const found = await findInWindow(search, window, wish.limit + 1 - rows.length)
    rows.push(...found.rows)
    seen.hits = rows.length
    if (rows.length > wish.limit) return pageOf(rows, wish.limit)
    if (found.next !== null) return { rows, next: found.next }
    if (window.from !== null && window.from !== windows.at(-1)?.from && isOver()) {
      return { rows, next: { atUs: microsecondsOf(window.from), ord: 0 } }
    }
  }
  return { rows, next: null }
}

/** The stretches to ask one after the other; how long each is depends on what was seen in those before. */
async function* inStretches(search: Search, windows: readonly Window[]): AsyncGenerator<Window> {
  const { tx, wish, seen } = search
  const oldest = windows.at(-1)
  if (wish.words?.isNarrow !== true || oldest === undefined) return yield* windows
  let { to } = wish
  for (let size = firstSlice; size <= largestSlice; size = nextSlice(search)) {
    await searchInOrder(tx)
    const from = await selectCut(tx, { from: oldest.from, to, after: wish.after }, size)
    await searchByWords(tx)
    if (from === null) return yield { from: oldest.from, to }
    yield { from, to }
    to = from
    seen.rows += size
    if (seen.found === 0 || isFewShown(seen)) break
  }
  const left = windows.filter(window => isBefore(window.from, to))
  for (const { from } of left) {
    if (from !== left[0]?.from && seen.found < fewFound) return yield { from: oldest.from, to }
    yield { from, to }
    to = from
  }
}

/** How many rows should hold what is missing of the page. */
function nextSlice({ wish, seen }: Search): number {
  const missing = wish.limit + 1 - seen.hits
  const enough = seen.hits === 0 ? Number.POSITIVE_INFINITY : (seen.rows / seen.hits) * missing * spareShare
  return Math.max(firstSlice, Math.ceil(Math.min(enough, seen.rows * sliceGrowth)))
}

function isFewShown({ asked, shown }: Seen): boolean {
  return asked >= enoughAsked && shown < asked * fewShown
}

function pageOf(rows: readonly FoundRow[], limit: number): RowsFound {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  return { rows: page, next: last === undefined ? null : placeOf(last) }
}

function placeOf({ atUs, ord }: SearchPlace): SearchPlace {
  return { atUs, ord }
}

async function findInWindow(search: Search, window: Window, wanted: number): Promise<RowsFound> {
  const kept: FoundRow[] = []
  let after = search.wish.after
  for (let step = 0; ; step++) {
    const most = mostOf(search, firstAsked(search, wanted) * askedMore ** step)
    const found = await ask(search, window, after, most)
    search.seen.found += found.count
    const sifted = await sift(search, found.rows, wanted - kept.length)
    kept.push(...sifted.rows)
    if (kept.length >= wanted || sifted.next !== null) return { rows: kept, next: sifted.next }
    if (found.last === undefined || found.count < most) return { rows: kept, next: null }
    after = placeOf(found.last)
    if (isTired(search)) return { rows: kept, next: after }
  }
}

function mostOf({ wish, seen }: Search, rows: number): number {
  return Math.min(rows, wish.phrases === null ? mostAsked : Math.max(mostPlaces - seen.found, fewestPlaces))
}

function isTired({ wish, isOver, seen }: Search): boolean {
  const hasReadMuch = wish.phrases !== null && seen.found >= mostPlaces
  return hasReadMuch || seen.chars > maxLookedChars || isOver()
}

/** How many rows with the words should hold the wanted ones. */
function firstAsked({ wish, seen }: Search, wanted: number): number {
  if (wish.words?.isNarrow !== true) return wish.look === null ? wanted : lookedAtOnce
  if (seen.rows === 0) return Math.max(firstSlice, wanted)
  if (seen.found === 0) return wish.look === null ? wanted : wanted * askedMore
  const good = wish.look === null ? seen.fitting : seen.hits
  return Math.ceil((seen.found / Math.max(good, 0.5)) * wanted * spareShare)
}

/** At most so many rows of a stretch: with the words, or in their order whose tickets are as wanted. */
async function ask(
  { tx, wish, seen }: Search,
  window: Window,
  after: SearchPlace | null,
  most: number,
): Promise<FoundRows> {
  const { mailboxIds, conditions, words, also, phrases } = wish
  const asked = { ...window, after, also, phrases, rowLimit: most }
  if (words?.isNarrow !== true)
    return await selectInOrder(tx, { ...asked, words: words?.text ?? null, mailboxIds, conditions })
  const isAnywhere = seen.rows === 0 || (seen.found > 0 && !isFewShown(seen))
  return await selectByWords(tx, { ...asked, words: isAnywhere ? words.anywhere : words.text })
}

/** Which of the found rows are hits, in portions until there are as many as wanted; `next` where it took too much. */
async function sift(search: Search, found: readonly FoundRow[], wanted: number): Promise<RowsFound> {
  const { look } = search.wish
  const portion = look !== null && found.some(row => mustLook(look, row)) ? lookedAtOnce : found.length
  const rows: FoundRow[] = []
  for (let at = 0; at < found.length; at += portion) {
    const some = found.slice(at, at + portion)
    rows.push(...(await siftSome(search, some, wanted - rows.length)))
    const last = at + portion < found.length ? some.at(-1) : undefined
    if (rows.length >= wanted || last === undefined) break
    if (isTired(search)) return { rows, next: placeOf(last) }
  }
  return { rows, next: null }
}

function mustLook({ at }: RowLook, { hasPlaces }: FoundRow): boolean {
  return at === 'all' || !hasPlaces
}

async function siftSome(search: Search, found: readonly FoundRow[], wanted: number): Promise<FoundRow[]> {
  const { tx, wish, seen } = search
  const isKnown = wish.words?.isNarrow !== true // asked for with its ticket
  const asked = isKnown ? { wanted: [...found], shown: found.length } : await selectWanted(tx, found, wish)
  const fitting = asked.wanted
  seen.asked += found.length
  seen.shown += asked.shown
  seen.fitting += fitting.length
  const { look } = wish
  if (look === null) return fitting.slice(0, wanted)
  const documents = await readDocuments(
    tx,
    fitting.filter(row => mustLook(look, row)),
  )
  const looked = lookAt(fitting, documents, look, wanted)
  seen.chars += looked.chars
  return looked.kept
}

function lookAt(
  rows: readonly FoundRow[],
  documents: ReadonlyMap<number, SearchDocument>,
  look: RowLook,
  wanted: number,
): { kept: FoundRow[]; chars: number } {
  const kept: FoundRow[] = []
  let chars = 0
  for (const row of rows) {
    const document = documents.get(row.ord)
    chars += document?.text.length ?? 0
    if (!mustLook(look, row) || (document !== undefined && look.accepts(document))) kept.push(row)
    if (kept.length >= wanted) break
  }
  return { kept, chars }
}

async function readDocuments(db: Db, rows: readonly FoundRow[]): Promise<Map<number, SearchDocument>> {
  if (rows.length === 0) return new Map()
  const sources = await selectFoundSources(db, keysOf(rows))
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

function isBefore(from: string | null, to: string | null): boolean {
  return from === null || to === null || microsecondsOf(from) < microsecondsOf(to)
}

/** Of an ISO instant, which may have microseconds that a `Date` has not. */
function microsecondsOf(iso: string): number {
  const micros = /\.\d{3}(\d{1,3})/.exec(iso)?.[1] ?? ''
  return Date.parse(iso) * 1000 + Number(micros.padEnd(3, '0') || 0)
}
