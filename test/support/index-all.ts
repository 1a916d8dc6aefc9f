import type { Db } from '../../src/db/database.ts'
import type { Log } from '../../src/lib/log.ts'
import { createStemmer } from '../../src/search/stem-word.ts'
import { indexDue, indexEarlier } from '../../src/tickets/index-search.ts'

/** Makes the words of everything that is due and that was there before, as the worker does within a second. */
export async function indexAll({ db, log }: { db: Db; log: Log }): Promise<void> {
  const parts = { db, log, stemmer: createStemmer() }
  let isMore = true
  while (isMore) isMore = (await indexDue(parts)) > 0 || (await indexEarlier(parts))
}
