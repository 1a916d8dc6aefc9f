import type { Tx } from '../db/database.ts'
import { addPartition, selectPartitions } from './search-index.queries.ts'

const firstYear = 2000 // older mail is rare and shares one partition, whatever a server says of its age
const oldest = { name: 'search_row_before_2000', from: null, to: '2000-01-01T00:00:00.000Z' }

/**
 * Makes the partitions that rows of these instants need and that are not there. Called by whoever holds the turn
 * of making words, so by one at a time.
 */
export async function keepSearchPartitions(tx: Tx, instants: readonly Date[]): Promise<void> {
  const wanted = new Map(instants.map(at => quarterOf(at)).map(quarter => [quarter.name, quarter]))
  const known = new Set((await selectPartitions(tx)).map(from => nameOf(from)))
  for (const quarter of wanted.values()) {
    if (!known.has(quarter.name)) await addPartition(tx, quarter)
  }
}

/** The partition an instant belongs to: a quarter of a year, UTC. */
function quarterOf(at: Date): { name: string; from: string | null; to: string } {
  const year = at.getUTCFullYear()
  if (year < firstYear) return oldest
  const quarter = Math.floor(at.getUTCMonth() / 3)
  const from = new Date(Date.UTC(year, quarter * 3)).toISOString()
  return { name: nameOf(from), from, to: new Date(Date.UTC(year, quarter * 3 + 3)).toISOString() }
}

function nameOf(from: string | null): string {
  if (from === null) return oldest.name
  return `search_row_${from.slice(0, 4)}q${Math.ceil(Number(from.slice(5, 7)) / 3)}`
}
