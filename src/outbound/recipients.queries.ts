import { domainToUnicode } from 'node:url'
import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/**
 * Which of these addresses in normal form these mailboxes have written to before, in whatever spelling, or who wrote
 * into the ticket as one who belongs to it.
 */
export async function selectKnownAddresses(
  db: Db,
  { ticketId, mailboxIds }: { ticketId: number; mailboxIds: readonly number[] },
  keys: readonly string[],
): Promise<string[]> {
  if (keys.length === 0) return []
  const { rows } = await sql<{ key: string }>`
    select keys.key from unnest(${[...keys]}::text[], ${keys.map(inLetters)}::text[]) as keys (key, letters)
    where exists (
      select from outbox_recipient r join outbox o on o.message_id = r.message_id
        join message m on m.id = r.message_id join ticket t on t.id = m.ticket_id
      where lower(r.address) in (keys.key, keys.letters) and o.state <> 'cancelled'
        and t.mailbox_id = any(${[...mailboxIds]}::bigint[]))
    or exists (
      select from message m where m.ticket_id = ${ticketId} and m.direction = 'inbound' and not m.is_newcomer
        and lower(coalesce(m.forwarded_address, m.from_address)) in (keys.key, keys.letters))`.execute(db)
  return rows.map(row => row.key)
}

/** Recipients are kept with the domain in its letters, their normal form has A-labels. */
function inLetters(key: string): string {
  const at = key.lastIndexOf('@') + 1
  return key.slice(0, at) + domainToUnicode(key.slice(at))
}
