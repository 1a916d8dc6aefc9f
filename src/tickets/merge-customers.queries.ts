import { sql } from 'kysely'
import type { FieldValue } from '../customers/field-values.ts'
import type { Db, Tx } from '../db/database.ts'

/** What is known of a person and is joined with what is known of the other. */
export type CustomerFields = {
  name: string | null
  language: string | null
  isLanguageChosen: boolean
  phone: string | null
  note: string
  utcOffsetMinutes: number | null
}

/** A customer who takes part in a merge. */
export type MergingCustomer = CustomerFields & {
  id: number
  mergedIntoId: number | null
  /** The name, else an address or the phone number. */
  label: string | null
}

/** What a merge changed of the survivor, kept so that it can be undone. */
export type CustomerMergeChanges = {
  before: CustomerFields
  after: CustomerFields
  /** What the survivor took over into empty fields of the desk. Merges from before there were any have none. */
  taken?: FieldValue[]
}

/** A merge as it was made; `holderId` is who has the tickets and addresses today. */
export type CustomerMergeRow = {
  id: number
  survivorId: number
  mergedId: number
  holderId: number | null
  isUndone: boolean
  changes: CustomerMergeChanges
}

const mergingLock = 4_200_002 // one number of the whole database: whoever merges people holds it

/** Lets one transaction at a time merge people or take that back. */
export async function lockMergingOfCustomers(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${mergingLock})`.execute(tx)
}

/**
 * Locks people with their addresses and tickets, in the order in which filing does: addresses, tickets, customers.
 * A mail being filed is waited for, and one that comes next waits and finds who has the address then.
 */
export async function lockCustomers(
  tx: Tx,
  ids: readonly number[],
): Promise<ReadonlyMap<number, MergingCustomer>> {
  const those = sql`any(${[...ids]}::bigint[])`
  await sql`
    select 1 from customer_address where customer_id = ${those} order by address for update`.execute(tx)
  await sql`select 1 from ticket where customer_id = ${those} order by id for no key update`.execute(tx)
  const { rows } = await sql<MergingCustomer>`
    select ${customerFields} from customer where id = ${those} order by id for no key update`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

/** People as `lockCustomers` reads them, without a lock, to show what merging them would do. */
export async function selectMergingCustomers(
  db: Db,
  ids: readonly number[],
): Promise<ReadonlyMap<number, MergingCustomer>> {
  const { rows } = await sql<MergingCustomer>`
    select ${customerFields} from customer where id = any(${[...ids]}::bigint[])`.execute(db)
  return new Map(rows.map(row => [row.id, row]))
}

const customerFields = sql`id, name, language, is_language_chosen as "isLanguageChosen", phone,
  coalesce(note, '') as note, utc_offset_minutes as "utcOffsetMinutes", merged_into_id as "mergedIntoId",
  coalesce(name, (select min(address) from customer_address where customer_id = customer.id), phone) as label`

/** The mailboxes in which people have a ticket of any kind, also one in the trash. */
export async function selectMailboxesOfCustomers(db: Db, ids: readonly number[]): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select distinct mailbox_id as id from ticket where customer_id = any(${[...ids]}::bigint[])`.execute(db)
  return rows.map(row => row.id)
}

/** Enters a merge with all addresses that go over and whose each ticket is. @returns its id */
export async function insertCustomerMerge(
  tx: Tx,
  merge: { survivorId: number; mergedId: number; agentId: number; changes: CustomerMergeChanges },
): Promise<number> {
  const { survivorId, mergedId } = merge
  const { id } = await tx
    .insertInto('customer_merge')
    .values({
      survivor_id: survivorId,
      merged_id: mergedId,
      agent_id: merge.agentId,
      changes: JSON.stringify(merge.changes),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into customer_merge_address (merge_id, address)
    select ${id}, address from customer_address where customer_id = ${mergedId} order by address`.execute(tx)
  await sql`
    insert into customer_merge_ticket (merge_id, ticket_id, is_moved)
    select ${id}, id, customer_id = ${mergedId} from ticket
    where customer_id in (${survivorId}, ${mergedId}) order by id`.execute(tx)
  return id
}

/** Gives the survivor all that was the other's. @returns the tickets that went over and stand for themselves */
export async function giveToSurvivor(
  tx: Tx,
  by: { survivorId: number; mergedId: number },
): Promise<number[]> {
  const { survivorId, mergedId } = by
  await sql`
    update customer_address set customer_id = ${survivorId} where customer_id = ${mergedId}`.execute(tx)
  const { rows } = await sql<MovedTicket>`
    update ticket set customer_id = ${survivorId} where customer_id = ${mergedId}
    returning id, merged_into_id is null as "isStanding"`.execute(tx)
  await sql`
    update customer set merged_into_id = ${survivorId}
    where id = ${mergedId} or merged_into_id = ${mergedId}`.execute(tx)
  return standing(rows)
}

type MovedTicket = { id: number; isStanding: boolean }

function standing(rows: readonly MovedTicket[]): number[] {
  return rows.filter(row => row.isStanding).map(row => row.id)
}

/** Writes what is known of a person. */
export async function writeCustomerFields(tx: Tx, id: number, fields: CustomerFields): Promise<void> {
  await tx
    .updateTable('customer')
    .set({
      name: fields.name,
      language: fields.language,
      is_language_chosen: fields.isLanguageChosen,
      phone: fields.phone,
      note: fields.note === '' ? null : fields.note,
      utc_offset_minutes: fields.utcOffsetMinutes,
    })
    .where('id', '=', id)
    .execute()
}

/** A person's newest tickets that stand for themselves: whoever looks at one of them learns of a merge. */
export async function selectNewestTickets(tx: Tx, customerId: number, rowLimit: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select id from ticket where customer_id = ${customerId} and merged_into_id is null
    order by last_message_at desc, id desc limit ${rowLimit}`.execute(tx)
  return rows.map(row => row.id)
}

/** A merge with who has all of it today. */
export async function selectCustomerMerge(tx: Tx, mergeId: number): Promise<CustomerMergeRow | undefined> {
  const { rows } = await sql<CustomerMergeRow>`
    select g.id, g.survivor_id as "survivorId", g.merged_id as "mergedId", k.merged_into_id as "holderId",
      g.undone_at is not null as "isUndone", g.changes
    from customer_merge g join customer k on k.id = g.merged_id where g.id = ${mergeId}`.execute(tx)
  return rows[0]
}

/** What goes back, from whom to whom. */
export type GivingBack = { mergeId: number; holderId: number; mergedId: number }

/** Gives back the addresses a merge took, those that are still with who has the rest. @returns which */
export async function giveBackAddresses(tx: Tx, by: GivingBack): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    update customer_address set customer_id = ${by.mergedId}
    where customer_id = ${by.holderId}
      and address in (select address from customer_merge_address where merge_id = ${by.mergeId})
    returning address`.execute(tx)
  return rows.map(row => row.address)
}

/**
 * Gives back the tickets a merge took, and those that came since from one of the addresses that go back.
 *
 * @returns all that stand for themselves, and which of all came since
 */
export async function giveBackTickets(
  tx: Tx,
  by: GivingBack & { addresses: readonly string[] },
): Promise<{ standing: number[]; later: number[] }> {
  const { rows } = await sql<MovedTicket & { isLater: boolean }>`
    with back as materialized (
      select t.id, i.ticket_id is null as is_later
      from ticket t left join customer_merge_ticket i on i.merge_id = ${by.mergeId} and i.ticket_id = t.id
      where t.customer_id = ${by.holderId} and (i.is_moved or (i.ticket_id is null and exists (
        select from participant p where p.ticket_id = t.id and p.kind = 'customer'
          and p.address = any(${[...by.addresses]}::text[]))))
    )
    update ticket set customer_id = ${by.mergedId} from back where ticket.id = back.id
    returning ticket.id, merged_into_id is null as "isStanding", back.is_later as "isLater"`.execute(tx)
  return { standing: standing(rows), later: rows.filter(row => row.isLater).map(row => row.id) }
}

/** The messages of tickets that were filed as one person's, with the address each came from. */
export async function selectMessagesAs(
  tx: Tx,
  by: { ticketIds: readonly number[]; customerId: number },
): Promise<{ id: number; address: string | null }[]> {
  const { rows } = await sql<{ id: number; address: string | null }>`
    select id, coalesce(forwarded_address, from_address) as address from message
    where ticket_id = any(${[...by.ticketIds]}::bigint[]) and customer_id = ${by.customerId}`.execute(tx)
  return rows
}

/** Says whose messages are. */
export async function writeCustomerOf(
  tx: Tx,
  messageIds: readonly number[],
  customerId: number,
): Promise<void> {
  await sql`
    update message set customer_id = ${customerId} where id = any(${[...messageIds]}::bigint[])`.execute(tx)
}

/** Ends a merge: the person stands for themselves again, and for those who were merged into them and still are. */
export async function writeCustomerUnmerged(
  tx: Tx,
  { mergeId, mergedId }: { mergeId: number; mergedId: number },
): Promise<void> {
  await sql`update customer_merge set undone_at = clock_timestamp() where id = ${mergeId}`.execute(tx)
  await sql`update customer set merged_into_id = null where id = ${mergedId}`.execute(tx)
  await sql`
    with recursive below as (
      select merged_id from customer_merge where survivor_id = ${mergedId} and undone_at is null
      union
      select g.merged_id from customer_merge g join below on g.survivor_id = below.merged_id
      where g.undone_at is null
    )
    update customer set merged_into_id = ${mergedId} from below where customer.id = below.merged_id`.execute(
    tx,
  )
}

/** Somebody who was merged into a person, with what was theirs. */
export type MergedCustomerRow = {
  mergeId: number
  customerId: number
  name: string | null
  phone: string | null
  addresses: string[]
  agentId: number
  at: Date
}

/** Who was merged into a person, newest first, however many steps it took. */
export async function selectMergedCustomers(db: Db, customerId: number): Promise<MergedCustomerRow[]> {
  const { rows } = await sql<MergedCustomerRow>`
    select g.id as "mergeId", k.id as "customerId", k.name, k.phone, g.agent_id as "agentId", g.merged_at as at,
      array(select address from customer_merge_address where merge_id = g.id order by address) as addresses
    from customer k join customer_merge g on g.merged_id = k.id and g.undone_at is null
    where k.merged_into_id = ${customerId}
    order by g.merged_at desc, g.id desc`.execute(db)
  return rows
}
