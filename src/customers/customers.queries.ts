import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'

/** An address in normal form, and whose it is. */
export type CustomerOfAddress = { address: string; customer_id: number }

/**
 * The customers of those addresses that are known. Each address stays with its customer until the transaction ends:
 * people are merged before or after it.
 */
export async function selectCustomersByAddress(
  tx: Tx,
  addresses: readonly string[],
): Promise<CustomerOfAddress[]> {
  const found = await sql<CustomerOfAddress>`
    select address, customer_id from customer_address where address = any(${[...addresses]}::text[])
    order by address for share`.execute(tx)
  return found.rows
}

/** Who a customer is today: themselves, or whom they were merged into. Nobody merges them while a transaction goes on. */
export async function selectStandingCustomer(db: Db, id: number): Promise<number | undefined> {
  const { rows } = await sql<{ id: number }>`
    select coalesce(merged_into_id, id) as id from customer where id = ${id} for no key update`.execute(db)
  return rows[0]?.id
}

/**
 * Adds a customer for each address, in the order of the addresses, so that two transactions wait
 * for each other but never in a circle. An address that another transaction added meanwhile keeps
 * its customer and is missing in the answer; no customer is made for it here.
 */
export async function insertCustomers(
  tx: Tx,
  people: readonly { address: string; name: string | null }[],
): Promise<CustomerOfAddress[]> {
  const added = await sql<CustomerOfAddress>`
    with input as materialized (
      select nextval(pg_get_serial_sequence('customer', 'id')) as id, address, name
      from json_to_recordset(${storableJson(people)}::json) as (address text, name text)
    ), won as (
      insert into customer_address (address, customer_id) select address, id from input order by address
      on conflict (address) do nothing
      returning address, customer_id
    ), customers as (
      insert into customer (id, name) overriding system value
      select input.id, input.name from input join won on won.customer_id = input.id
    )
    select address, customer_id from won`.execute(tx)
  return added.rows
}

/**
 * Writes customers' languages and clocks where they changed; null changes nothing, old mail fills in what is unknown.
 * Locks in ascending id.
 */
export async function updateHabits(
  tx: Tx,
  rows: readonly {
    id: number
    language: string | null
    is_old_language: boolean
    utc_offset_minutes: number | null
    is_old_offset: boolean
  }[],
): Promise<void> {
  await sql`
    with heard as materialized (
      select * from json_to_recordset(${storableJson(rows)}::json) as (id bigint, language text,
        is_old_language boolean, utc_offset_minutes smallint, is_old_offset boolean)
    ), locked as materialized (
      select c.id, c.is_language_chosen or (c.language is not null and is_old_language) as keeps_language,
        c.utc_offset_minutes is not null and is_old_offset as keeps_offset, heard.language, heard.utc_offset_minutes
      from customer c join heard using (id)
      where (heard.language <> coalesce(c.language, '') and not c.is_language_chosen
          and (c.language is null or not is_old_language))
        or (heard.utc_offset_minutes <> coalesce(c.utc_offset_minutes, 9999)
          and (c.utc_offset_minutes is null or not is_old_offset))
      order by c.id for no key update of c
    )
    update customer set
      language = case when keeps_language then customer.language else coalesce(locked.language, customer.language) end,
      utc_offset_minutes = case when keeps_offset then customer.utc_offset_minutes
        else coalesce(locked.utc_offset_minutes, customer.utc_offset_minutes) end
    from locked where customer.id = locked.id`.execute(tx)
}

/** A customer with all their addresses. */
export type CustomerFacts = {
  id: number
  name: string | null
  addresses: string[]
  language: string | null
  isLanguageChosen: boolean
  phone: string | null
  note: string
  /** Who changed the note last, and when; null where there is none, or it is from before that was kept. */
  noteChange: { agentId: number; at: Date } | null
  /** What their clock says, in minutes east of UTC. */
  utcOffsetMinutes: number | null
  since: Date
}

/** Holds a customer as they are, not merged with anybody meanwhile, until the transaction ends. */
export async function lockCustomer(tx: Tx, id: number): Promise<void> {
  await sql`select 1 from customer where id = ${id} for no key update`.execute(tx)
}

/** What an agent may change; what is missing stays. */
export type CustomerChange = {
  name?: string | null
  language?: string | null
  phone?: string | null
  note?: string
}

/** One customer, or undefined. */
export async function selectCustomer(db: Db, id: number): Promise<CustomerFacts | undefined> {
  type Row = Omit<CustomerFacts, 'noteChange'> & { noteAgentId: number | null; notedAt: Date | null }
  const { rows } = await sql<Row>`
    select c.id, c.name, c.language, c.is_language_chosen as "isLanguageChosen", c.phone, coalesce(c.note, '') as note,
      c.note_agent_id as "noteAgentId", c.noted_at as "notedAt", c.utc_offset_minutes as "utcOffsetMinutes",
      c.created_at as since,
      array(select address from customer_address where customer_id = c.id order by address) as addresses
    from customer c where c.id = ${id}`.execute(db)
  const [row] = rows
  if (row === undefined) return undefined
  const { noteAgentId, notedAt, ...facts } = row
  const isKnown = facts.note !== '' && noteAgentId !== null && notedAt !== null
  return { ...facts, noteChange: isKnown ? { agentId: noteAgentId, at: notedAt } : null }
}

/** Writes what an agent changed. Without a chosen language the last known one stays until they write again. */
export async function updateCustomer(
  db: Db,
  { id, agentId }: { id: number; agentId: number },
  change: CustomerChange,
): Promise<void> {
  const { name, language, phone, note } = change
  const columns = {
    ...(name === undefined ? {} : { name }),
    ...(phone === undefined ? {} : { phone }),
    ...(note === undefined
      ? {}
      : { note: note === '' ? null : note, note_agent_id: agentId, noted_at: sql<Date>`clock_timestamp()` }),
    ...(language === undefined ? {} : { is_language_chosen: language !== null }),
    ...(language == null ? {} : { language }),
  }
  if (Object.keys(columns).length === 0) return
  await db.updateTable('customer').set(columns).where('id', '=', id).execute()
}

/** Adds a customer without an address. */
export async function insertNamedCustomer(
  tx: Tx,
  customer: { name: string | null; phone: string | null },
): Promise<number> {
  const { id } = await tx.insertInto('customer').values(customer).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Writes a name where there is none, and a phone number where one is given; gives back the name. */
export async function fillCustomer(
  tx: Tx,
  id: number,
  { name, phone }: { name: string | null; phone: string | null },
): Promise<string | null> {
  const { rows } = await sql<{ name: string | null }>`
    update customer set name = coalesce(name, ${name}), phone = coalesce(${phone}, phone)
    where id = ${id} returning name`.execute(tx)
  return rows[0]?.name ?? null
}

/** The address a customer has had in their newest ticket, else the first of theirs. */
export async function selectFirstAddress(tx: Tx, id: number): Promise<string | null> {
  const { rows } = await sql<{ address: string | null }>`
    select coalesce(
      (select p.address from ticket t join participant p on p.ticket_id = t.id and p.kind = 'customer'
          join customer_address a on a.address = p.address and a.customer_id = t.customer_id
        where t.customer_id = ${id} order by t.last_message_at desc, t.id desc limit 1),
      (select min(address) from customer_address where customer_id = ${id})) as address`.execute(tx)
  return rows[0]?.address ?? null
}
