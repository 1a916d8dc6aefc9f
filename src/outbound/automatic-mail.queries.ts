import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** What kept an automatic mail from being written. */
export type HeldBy = 'address' | 'domain' | 'breaker'

/** What the budgets look at. */
export type AutomaticCounts = {
  isHeld: boolean
  /** Decided for the mailbox within a minute, sent or held, but for those that an address had already. */
  wishesOfMinute: number
  /** Within 24 hours, from all mailboxes. */
  sentToAddress: number
  /** Within an hour, from all mailboxes. */
  sentToDomain: number
}

const lockKey = 4_200_001 // one number of the whole database: whoever counts automatic mail holds it

/** Lets one transaction at a time count and decide; taken before any ticket's lock. */
export async function lockAutomaticMail(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(${lockKey})`.execute(tx)
}

/** What was decided for a ticket before; undefined when nothing was. */
export async function findDecision(tx: Tx, ticketId: number): Promise<{ heldBy: HeldBy | null } | undefined> {
  const { rows } = await sql<{ heldBy: HeldBy | null }>`
    select held_by as "heldBy" from automatic_mail where ticket_id = ${ticketId}`.execute(tx)
  return rows[0]
}

/** Counts what went to an address, to its domain, and what a mailbox was asked for. */
export async function countAutomatic(
  tx: Tx,
  of: { mailboxId: number; address: string; domain: string },
): Promise<AutomaticCounts> {
  const { rows } = await sql<AutomaticCounts>`
    select
      exists (select from mailbox where id = ${of.mailboxId}
        and automatic_held_until > clock_timestamp()) as "isHeld",
      (select count(*) from automatic_mail where mailbox_id = ${of.mailboxId}
        and held_by is distinct from 'address'
        and decided_at > clock_timestamp() - interval '1 minute') as "wishesOfMinute",
      (select count(*) from automatic_mail where address = ${of.address} and held_by is null
        and decided_at > clock_timestamp() - interval '24 hours') as "sentToAddress",
      (select count(*) from automatic_mail where domain = ${of.domain} and held_by is null
        and decided_at > clock_timestamp() - interval '1 hour') as "sentToDomain"`.execute(tx)
  return rows[0] ?? { isHeld: true, wishesOfMinute: 0, sentToAddress: 0, sentToDomain: 0 }
}

/** Keeps the decision for a ticket. */
export async function insertDecision(
  tx: Tx,
  row: { ticketId: number; mailboxId: number; address: string; domain: string; heldBy: HeldBy | null },
): Promise<void> {
  await tx
    .insertInto('automatic_mail')
    .values({
      ticket_id: row.ticketId,
      mailbox_id: row.mailboxId,
      address: row.address,
      domain: row.domain,
      held_by: row.heldBy,
    })
    .execute()
}

/**
 * Opens the breaker of a mailbox for ten minutes from when it trips. Wishes while it is open do not keep it
 * open; a flood that still runs trips it again.
 */
export async function holdAutomaticMail(tx: Tx, mailboxId: number): Promise<void> {
  await sql`
    update mailbox set
      automatic_held_at = case
        when automatic_held_until > clock_timestamp() - interval '1 minute' then automatic_held_at
        else clock_timestamp() end,
      automatic_held_until = clock_timestamp() + interval '10 minutes'
    where id = ${mailboxId} and coalesce(automatic_held_until <= clock_timestamp(), true)`.execute(tx)
}

/** A mailbox's automatic mail of the last 24 hours; `heldUntil` while its breaker is open. */
export type AutomaticMailRow = {
  heldUntil: Date | null
  sent: number
  heldByAddress: number
  heldByDomain: number
  heldByBreaker: number
}

/** Adds up the last 24 hours; undefined for a mailbox that does not exist. */
export async function sumAutomaticMail(db: Db, mailboxId: number): Promise<AutomaticMailRow | undefined> {
  const { rows } = await sql<AutomaticMailRow>`
    select case when b.automatic_held_until > clock_timestamp() then b.automatic_held_until end as "heldUntil",
      count(a.ticket_id) filter (where a.held_by is null) as sent,
      count(a.ticket_id) filter (where a.held_by = 'address') as "heldByAddress",
      count(a.ticket_id) filter (where a.held_by = 'domain') as "heldByDomain",
      count(a.ticket_id) filter (where a.held_by = 'breaker') as "heldByBreaker"
    from mailbox b left join automatic_mail a
      on a.mailbox_id = b.id and a.decided_at > clock_timestamp() - interval '24 hours'
    where b.id = ${mailboxId} and b.removed_at is null
    group by b.id`.execute(db)
  return rows[0]
}

/** An address for which automatic mail was wished for again and again. */
export type InsistentRow = { address: string; wishes: number; lastAt: Date; ticketNumber: number }

/** Addresses with more than `overWishes` wishes within 24 hours, most first, with their latest ticket. */
export async function selectInsistent(
  db: Db,
  by: { mailboxId: number; overWishes: number; rowLimit: number },
): Promise<InsistentRow[]> {
  const { rows } = await sql<InsistentRow>`
    select a.address, count(*) as wishes, max(a.decided_at) as "lastAt",
      (array_agg(t.number order by a.decided_at desc))[1] as "ticketNumber"
    from automatic_mail a join ticket t on t.id = a.ticket_id
    where a.mailbox_id = ${by.mailboxId} and a.decided_at > clock_timestamp() - interval '24 hours'
    group by a.address having count(*) > ${by.overWishes}
    order by count(*) desc, max(a.decided_at) desc limit ${by.rowLimit}`.execute(db)
  return rows
}

/** Deletes what was decided so long ago. @returns how many */
export async function deleteDecisions(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from automatic_mail where decided_at < clock_timestamp() - make_interval(days => ${days})`.execute(
    db,
  )
  return Number(numAffectedRows ?? 0n)
}
