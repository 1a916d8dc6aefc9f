import { type Db, inTransaction, type Tx } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { TICKET_STATES, type TicketState } from '../shared/vocabulary.ts'
import { teamEvent } from './assign-team.ts'
import { lockWithTwins } from './lock-twins.ts'
import { clearStranded, countStranded, selectStranded } from './team-tickets.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'

/** Whose tickets are released, and by whom. */
export type Release = { teamId: number; agentId: number }

const AWAITED = ['open', 'waiting'] as const satisfies readonly TicketState[]
// 100: as many tickets are locked at once, and no transaction is long.
const batchTickets = 100
const pageTickets = 10_000

/**
 * In the transaction that removes a team or takes mailboxes from it, once that is written: makes sure that the
 * tickets it has where it no longer works are released, also if this process ends before it did so itself.
 *
 * @returns how many of them are open or waiting
 */
export async function beginRelease(tx: Tx, release: Release): Promise<number> {
  const key = `release_team_tickets_${release.teamId}`
  await enqueueJobs(tx, [{ name: 'release_team_tickets', payload: release, key }])
  return await countStranded(tx, release.teamId, AWAITED)
}

/** Releases what is open or waiting at once, as the agent sees it; all else is the job's. @see releaseTickets */
export async function releaseAwaited(db: Db, release: Release): Promise<void> {
  await releaseTickets(db, release, AWAITED)
}

/**
 * Takes a team off its tickets in mailboxes where it does not work, which are all mailboxes once it is removed.
 * What is open or waiting gets an event `team_assigned`; the others change silently: they may be many, and their
 * history tells of the team.
 *
 * Call it after that change of the team is committed: no ticket gets the team there any more (`shareTeams`). Each
 * batch is a transaction of its own and looks anew, so that it may end anywhere and run twice or at the same time:
 * the job `release_team_tickets`, added with the change, does what is left.
 *
 * @returns how many were open or waiting
 */
export async function releaseTickets(
  db: Db,
  release: Release,
  states: readonly TicketState[] = TICKET_STATES,
): Promise<number> {
  for (let released = 0; ; ) {
    const ids = await selectStranded(db, release.teamId, states, pageTickets)
    for (let start = 0; start < ids.length; start += batchTickets) {
      const batch = ids.slice(start, start + batchTickets)
      released += await inTransaction(db, tx => releaseBatch(tx, release, batch))
    }
    if (ids.length < pageTickets) return released
  }
}

async function releaseBatch(tx: Tx, { teamId, agentId }: Release, ids: readonly number[]): Promise<number> {
  await lockWithTwins(tx, { ids })
  const cleared = await clearStranded(tx, teamId, ids)
  const awaited = cleared.filter(({ state }) => AWAITED.some(one => one === state))
  await writeTicketEvents(
    tx,
    awaited.map(({ id }) => teamEvent(id, agentId, teamId, null)),
  )
  return awaited.length
}
