import { setImmediate as breathe } from 'node:timers/promises'
import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { describeError } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import { SEARCH_VERSION, searchWords } from '../search/search-words.ts'
import type { Stemmer } from '../search/stem-word.ts'
import { vectorText } from '../search/word-set.ts'
import { searchDocument } from './search-document.ts'
import {
  lockProgress,
  lockSources,
  replaceRows,
  type SearchKey,
  type SearchRowInsert,
  type SearchSource,
  selectBelow,
  selectSources,
  takeDue,
  tryIndexingLock,
  writeProgress,
} from './search-index.queries.ts'
import { keepSearchPartitions } from './search-partitions.ts'

/** What making words needs. The stemmer's memory lasts as long as its owner keeps it. */
export type IndexingParts = { db: Db; log: Log; stemmer: Stemmer }

const batchRows = 100 // of the largest texts that is 25 MB
const breathEvery = 10 // a few ms of words, then others have their turn

/**
 * Makes the words of what was filed, sent, written or moved since, oldest first: one batch in one transaction, by
 * one node at a time. A message whose words cannot be made is found by its mailbox alone, and logged.
 *
 * @returns how many entries were dealt with; 0 when there are none or another node is at it
 */
export async function indexDue(parts: IndexingParts): Promise<number> {
  return await inTransaction(parts.db, async tx => {
    if (!(await tryIndexingLock(tx))) return 0
    const keys = await takeDue(tx, batchRows)
    await indexKeys(parts, tx, keys)
    return keys.length
  })
}

/**
 * Makes the words of what was there before this version of them, newest first: one batch, its place remembered with
 * it, so that a stopped process goes on where it was.
 *
 * @returns false when all is done, or another node is at it
 */
export async function indexEarlier(parts: IndexingParts): Promise<boolean> {
  return await inTransaction(parts.db, async tx => {
    if (!(await tryIndexingLock(tx))) return false
    const { messageBelow, noteBelow } = await lockProgress(tx, SEARCH_VERSION)
    if (messageBelow === 0 && noteBelow === 0) return false
    const messageIds = await selectBelow(tx, 'message', messageBelow, batchRows)
    const noteIds = messageIds.length > 0 ? [] : await selectBelow(tx, 'note', noteBelow, batchRows)
    const keys = [...messageIds.map(messageId => ({ messageId })), ...noteIds.map(noteId => ({ noteId }))]
    await indexKeys(parts, tx, keys)
    const place = { messageBelow: messageIds.at(-1) ?? 0, noteBelow: noteIds.at(-1) ?? 0 }
    await writeProgress(tx, SEARCH_VERSION, messageIds.length > 0 ? { ...place, noteBelow } : place)
    return true
  })
}

async function indexKeys(parts: IndexingParts, tx: Tx, keys: readonly SearchKey[]): Promise<void> {
  if (keys.length === 0) return
  const sources = await selectSources(tx, {
    messageIds: keys.flatMap(key => ('messageId' in key ? key.messageId : [])),
    noteIds: keys.flatMap(key => ('noteId' in key ? key.noteId : [])),
  })
  const rows: SearchRowInsert[] = []
  for (const [at, source] of sources.entries()) {
    rows.push(rowOf(parts, source))
    if (at % breathEvery === 0) await breathe()
  }
  await keepSearchPartitions(
    tx,
    sources.map(source => new Date(source.receivedAt)),
  )
  await replaceRows(tx, await keepAlive(tx, rows), SEARCH_VERSION)
}

/** Without what was erased while its words were made: they would be found for ever. */
async function keepAlive(tx: Tx, rows: readonly SearchRowInsert[]): Promise<SearchRowInsert[]> {
  const messageIds = rows.flatMap(row => row.message_id ?? [])
  const noteIds = rows.flatMap(row => row.note_id ?? [])
  const { messages, notes } = await lockSources(tx, { messageIds, noteIds })
  return rows.filter(({ message_id, note_id }) => messages.has(message_id ?? 0) || notes.has(note_id ?? 0))
}

function rowOf({ log, stemmer }: IndexingParts, source: SearchSource): SearchRowInsert {
  return {
    received_at: source.receivedAt,
    message_id: source.messageId,
    note_id: source.noteId,
    ticket_id: source.ticketId,
    ...wordsOf(log, stemmer, source),
  }
}

function wordsOf(
  log: Log,
  stemmer: Stemmer,
  source: SearchSource,
): Pick<SearchRowInsert, 'words' | 'has_places'> {
  try {
    const found = searchWords(searchDocument(source), stemmer)
    return { words: vectorText(found), has_places: found.hasPlaces }
  } catch (error) {
    const { messageId, noteId } = source
    log.error({ messageId, noteId, err: describeError(error) }, 'no words for search could be made')
    return { words: `'m:${source.mailboxId}'`, has_places: true }
  }
}
