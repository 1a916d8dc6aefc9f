import { repeatWork } from '../lib/repeat-work.ts'
import { createStemmer } from '../search/stem-word.ts'
import { type IndexingParts, indexDue, indexEarlier } from './index-search.ts'

/** Making words as it runs. `stop` finishes the batch in hand. */
export type RunningIndexing = { stop: () => Promise<void> }

const pollMs = 1_000 // words are there within 2 s

/**
 * Makes the words of search for as long as it runs: first what is due, then what was there before. Any number of
 * nodes may do so; one is at it at a time.
 */
export function startIndexing({ db, log }: Omit<IndexingParts, 'stemmer'>): RunningIndexing {
  const parts = { db, log, stemmer: createStemmer() }
  let isStopping = false
  const work = repeatWork({
    name: 'words of search',
    everyMs: pollMs,
    log,
    work: async () => {
      while (!isStopping && ((await indexDue(parts)) > 0 || (await indexEarlier(parts)))) {
        log.debug({}, 'words of search made')
      }
    },
  })
  const stop = async () => {
    isStopping = true
    await work.stop()
  }
  return { stop }
}
