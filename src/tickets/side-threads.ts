import type { Tx } from '../db/database.ts'
import { type SidePerson, selectSidePeople } from './side-threads.queries.ts'

/** Who belongs to the side threads of tickets: whom agents wrote to in them. */
export async function listSidePeople(tx: Tx, ticketIds: readonly number[]): Promise<SidePerson[]> {
  return await selectSidePeople(tx, ticketIds)
}
