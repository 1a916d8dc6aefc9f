import { listTickets, type TicketRow } from '../../src/shared/tickets.ts'
import type { ApiClient } from './api.ts'
import { waitUntil } from './wait-until.ts'

/** The five tickets of a fresh practice mailbox, with their acknowledgements, which move them in the list. */
export async function practiceTickets(client: ApiClient): Promise<TicketRow[]> {
  const find = async () => {
    const { data } = await client.call(listTickets, { query: { queue: 'all' } })
    return data.length === 5 && data.every(row => row.messageCount === 2) ? data : undefined
  }
  return await waitUntil('the practice tickets', find, { withinMs: 30_000 }) // right after a start
}
