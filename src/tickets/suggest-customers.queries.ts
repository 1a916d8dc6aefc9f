import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** A customer with one of their addresses. */
export type KnownCustomerRow = {
  id: number
  name: string | null
  address: string | null
  phone: string | null
}

const MATCHES_LOOKED_AT = 500
const MATCHES_RANKED = 50

/**
 * Customers of whom these mailboxes have a ticket, by the beginning of an address or of words of the name: each way
 * by its index, and no further than the first five hundred matches, whosever they are. Whoever is behind those is found
 * by typing more. The name of who was merged into another finds that one.
 *
 * @param by `prefix` in the normal form of addresses; `words` a tsquery, null where nothing typed is a word
 */
export async function selectCustomersLike(
  db: Db,
  by: { prefix: string; words: string | null; mailboxIds: readonly number[]; rowLimit: number },
): Promise<KnownCustomerRow[]> {
  const isInSight = sql`exists (select from ticket t where t.customer_id = c.id
    and t.mailbox_id = any(${[...by.mailboxIds]}::bigint[]))`
  const { rows } = await sql<KnownCustomerRow>`
    with found as (
      (select c.id, c.address, 0 as place from (
          select customer_id as id, address from customer_address
          where address like ${`${likeLiteral(by.prefix)}%`} order by address limit ${MATCHES_LOOKED_AT}) c
        where ${isInSight} order by c.address limit ${MATCHES_RANKED})
      union all
      (select c.id, a.address, 1 from (
          select coalesce(merged_into_id, id) as id from customer where to_tsvector('simple', coalesce(name, '')) @@ ${by.words}::tsquery
          limit ${MATCHES_LOOKED_AT}) c left join customer_address a on a.customer_id = c.id
        where ${isInSight} limit ${MATCHES_RANKED})
    ), once as (select id, address, min(place) as place from found group by id, address)
    select c.id, c.name, once.address, c.phone from once join customer c on c.id = once.id
    order by once.place, c.name, once.address, c.id limit ${by.rowLimit}`.execute(db)
  return rows
}

/** What is known of a customer whom mail goes to. */
export type CustomerInSight = { address: string; name: string | null; language: string | null }

/** The customers of whom these mailboxes have a ticket, by addresses in normal form. */
export async function selectCustomersInSight(
  db: Db,
  addresses: readonly string[],
  mailboxIds: readonly number[],
): Promise<CustomerInSight[]> {
  const { rows } = await sql<CustomerInSight>`
    select a.address, c.name, c.language from customer_address a join customer c on c.id = a.customer_id
    where a.address = any(${[...addresses]}::text[]) and exists (select from ticket t
      where t.customer_id = c.id and t.mailbox_id = any(${[...mailboxIds]}::bigint[]))`.execute(db)
  return rows
}

function likeLiteral(text: string): string {
  return text.replace(/[\\%_]/g, sign => `\\${sign}`)
}
