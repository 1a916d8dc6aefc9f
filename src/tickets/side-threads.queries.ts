import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { addressKey } from '../mail/address.ts'
import type { Address } from '../mail/mail-types.ts'

/** One whom an agent wrote to in a side thread; `address` in normal form. */
export type SidePerson = { ticketId: number; sideThreadId: number; address: string; name: string | null }

/** Who belongs to the side threads of tickets: everybody our mails in them went to and that were not taken back. */
export async function selectSidePeople(db: Db | Tx, ticketIds: readonly number[]): Promise<SidePerson[]> {
  const { rows } = await sql<{ ticketId: number; sideThreadId: number; people: Address[] }>`
    select m.ticket_id as "ticketId", m.side_thread_id as "sideThreadId",
      m.to_addresses || m.cc_addresses || m.bcc_addresses as people
    from message m left join outbox o on o.message_id = m.id
    where m.ticket_id = any(${[...ticketIds]}::bigint[]) and m.side_thread_id is not null
      and m.direction = 'outbound' and o.state is distinct from 'cancelled'
    order by m.received_at, m.id`.execute(db)
  return rows.flatMap(({ people, ...place }) =>
    people.map(({ name, address }) => ({ ...place, name, address: addressKey(address) })),
  )
}
