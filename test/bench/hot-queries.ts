import { sql } from 'kysely'
import { findSessionRow } from '../../src/agents/sessions.queries.ts'
import type { Db } from '../../src/db/database.ts'
import type { Clock } from '../../src/lib/clock.ts'
import { claimMails } from '../../src/outbound/claim-mails.queries.ts'
import { getTicket } from '../../src/tickets/get-ticket.ts'
import { listNotifications } from '../../src/tickets/list-notifications.ts'
import { listTickets } from '../../src/tickets/list-tickets.ts'
import { createQueueCounter } from '../../src/tickets/queue-counts.ts'
import { searchTickets } from '../../src/tickets/search-tickets.ts'
import { wordOfRank } from '../search/made-up-mail.ts'
import { WORD_STOCK } from './word-stock.ts'

/** What the product asks of its database most, as whoever asks it calls it. */
export type HotQuery = { name: string; run: (db: Db) => Promise<unknown> }

const agentMailboxes = 8
const pageRows = 50

/** The ten, on a database that `npm run seed` filled: as an agent of eight of its twenty mailboxes. */
export async function listHotQueries(db: Db, clock: Clock): Promise<HotQuery[]> {
  const caller = await pickAgent(db)
  const page = { limit: pageRows }
  const deep = (await listTickets(db, caller, { queue: 'all', ...page })).nextCursor ?? undefined
  const ticketId = await pickLongTicket(db, caller.mailboxIds)
  const common = WORD_STOCK.en.words.split(' ')[1] ?? ''
  const rare = wordOfRank('en', 2_000)
  return [
    { name: 'the session of a request', run: tx => findSessionRow(tx, [Buffer.alloc(32)]) },
    { name: 'a page of Unassigned', run: tx => listTickets(tx, caller, { queue: 'unassigned', ...page }) },
    {
      name: 'a page of All, further down',
      run: tx => listTickets(tx, caller, { queue: 'all', cursor: deep, ...page }),
    },
    { name: 'a page of Closed', run: tx => listTickets(tx, caller, { queue: 'closed', ...page }) },
    {
      name: 'the counts of all queues',
      run: tx => createQueueCounter({ db: tx, clock }).count(caller, undefined),
    },
    { name: 'a ticket', run: tx => getTicket(tx, caller, ticketId) },
    { name: 'the notifications of an agent', run: tx => listNotifications({ db: tx, clock }, caller) },
    {
      name: 'a search for a common word',
      run: tx => searchTickets({ db: tx, clock }, caller, { text: common, ...page }),
    },
    {
      name: 'a search for a rare word',
      run: tx => searchTickets({ db: tx, clock }, caller, { text: rare, ...page }),
    },
    { name: 'mails to send', run: tx => claimMails(tx, claimOf(1)) },
  ]
}

function claimOf(instanceId: number) {
  return {
    instanceId,
    claimMs: 60_000,
    deadAfterMs: 15_000,
    withPractice: false,
    fullMailboxIds: [],
    most: 8,
  }
}

async function pickAgent(db: Db) {
  const { rows } = await sql<{ agentId: number; mailboxIds: number[] }>`
    select (select min(id) from agent where email like '%@seed.invalid') as "agentId",
      (select array_agg(id order by id) from (
        select id from mailbox where imap_host = 'imap.seed.invalid' order by id limit ${agentMailboxes}) few) as "mailboxIds"`.execute(
    db,
  )
  const [agent] = rows
  if (agent === undefined) throw new RangeError('no agents: seed the database first')
  return { ...agent, role: 'agent' as const }
}

async function pickLongTicket(db: Db, mailboxIds: readonly number[]): Promise<number> {
  const { rows } = await sql<{ id: number }>`
    select id from ticket where message_count >= 8 and mailbox_id = any(${[...mailboxIds]}::bigint[])
    order by id limit 1`.execute(db)
  return rows[0]?.id ?? 0
}
