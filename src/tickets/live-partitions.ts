import { type Db, inTransaction } from '../db/database.ts'
import {
  addLivePartition,
  deleteOldRest,
  dropLivePartition,
  selectMissingDays,
  selectOldPartitions,
} from './live-partitions.queries.ts'

/** What one run did: partitions by name. */
export type LivePartitionsKept = { added: string[]; dropped: string[] }

const daysAhead = 3 // a job that fails for two days does no harm; after that rows go to the rest partition
const keptDays = 2 // a browser that was away for longer fetches its lists anew

/**
 * Makes the partitions of the live feed for the days to come and drops those whose last hint is older
 * than two days, each in a transaction of its own that waits for its lock one second at most. Safe to
 * run at any time and on several nodes; a lock that is not free throws, and the next run goes on.
 */
export async function keepLivePartitions(db: Db): Promise<LivePartitionsKept> {
  const added: string[] = []
  for (const day of await selectMissingDays(db, daysAhead)) {
    added.push(await inTransaction(db, tx => addLivePartition(tx, day)))
  }
  const dropped: string[] = []
  for (const name of await selectOldPartitions(db, keptDays)) {
    await inTransaction(db, tx => dropLivePartition(tx, name))
    dropped.push(name)
  }
  await deleteOldRest(db, keptDays)
  return { added, dropped }
}
