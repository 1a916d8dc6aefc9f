import { downloadQuarantined, listLedgerRows, listQuarantine } from '../../src/shared/mailboxes.ts'
import { getMessageRaw, getTicket, listTickets } from '../../src/shared/tickets.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { History, SeenTicket } from './history.ts'
import type { Stage } from './stage.ts'

type Seen = Pick<History, 'tickets' | 'ledgers' | 'raws' | 'quarantine' | 'undelivered' | 'narrow'>

/** Reads all that the checker looks at through the public API. */
export async function gather({
  admin,
  narrow,
  mailboxes,
}: Pick<Stage, 'admin' | 'narrow' | 'mailboxes'>): Promise<Seen> {
  const ledgers = await Promise.all(
    mailboxes.map(async ({ id, address }) => {
      const rows = await allPages(admin, listLedgerRows, { mailboxId: id })
      return { address, mailboxId: id, rows }
    }),
  )
  const named = ledgers.flatMap(({ rows }) => rows.map(row => row.ticketNumber))
  const tickets = await readTickets(admin, named)
  const raws = await readRaws(admin, tickets)
  const undelivered = await allPages(admin, listTickets, { queue: 'undelivered' })
  return {
    tickets,
    ledgers,
    raws,
    quarantine: await readQuarantine(admin),
    undelivered: new Set(undelivered.map(one => one.number)),
    narrow: await tryDoors(narrow, mailboxes[0]?.id ?? 0, tickets),
  }
}

/** Those of every queue, and those the ledgers name: a list shows one of two twins. */
async function readTickets(admin: ApiClient, named: readonly (number | null)[]): Promise<SeenTicket[]> {
  const numbers = new Set(named.filter(number => number !== null))
  for (const queue of ['all', 'closed', 'spam', 'trash', 'snoozed'] as const) {
    for (const row of await allPages(admin, listTickets, { queue })) numbers.add(row.number)
  }
  return await inTurns([...numbers], number => admin.call(getTicket, { params: { number } }))
}

async function readRaws(admin: ApiClient, tickets: readonly SeenTicket[]): Promise<Map<number, Buffer>> {
  const ids = new Set(
    tickets.flatMap(({ messages }) => messages.filter(one => one.direction === 'inbound').map(one => one.id)),
  )
  const pairs = await inTurns([...ids], async (id): Promise<[number, Buffer]> => {
    const response = await admin.fetch(getMessageRaw, { params: { id } })
    // An empty one is no mail that was delivered: the checker says so.
    return [id, response.ok ? Buffer.from(await response.arrayBuffer()) : Buffer.alloc(0)]
  })
  return new Map(pairs)
}

async function readQuarantine(admin: ApiClient): Promise<History['quarantine']> {
  const rows = await allPages(admin, listQuarantine, {})
  return await inTurns(rows, async row => {
    const response = await admin.fetch(downloadQuarantined, { params: { id: row.id } })
    return { row, raw: response.ok ? Buffer.from(await response.arrayBuffer()) : Buffer.alloc(0) }
  })
}

/** What somebody is told who may use one mailbox and asks for tickets and mails of the others. */
async function tryDoors(
  narrow: ApiClient,
  mailboxId: number,
  tickets: readonly SeenTicket[],
): Promise<History['narrow']> {
  const others = tickets.filter(ticket => ticket.mailboxId !== mailboxId)
  const refusals = await inTurns(others, async ({ number, messages }) => {
    const own = messages.filter(message => message.mailboxId !== mailboxId)
    const id = own[0]?.id ?? 0
    const [ticket, raw] = [
      await narrow.fetch(getTicket, { params: { number } }),
      await narrow.fetch(getMessageRaw, { params: { id } }),
    ]
    await Promise.all([ticket.arrayBuffer(), raw.arrayBuffer()])
    return [
      { what: `ticket ${number}`, status: ticket.status },
      { what: `the bytes of message ${id}`, status: raw.status },
    ]
  })
  return { mailboxId, refusals: refusals.flat() }
}

/** Eight at a time. */
async function inTurns<Item, Found>(
  items: readonly Item[],
  ask: (item: Item) => Promise<Found>,
): Promise<Found[]> {
  const found: Found[] = []
  for (let start = 0; start < items.length; start += 8) {
    found.push(...(await Promise.all(items.slice(start, start + 8).map(ask))))
  }
  return found
}
