import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { storableJson } from '../lib/storable-text.ts'

/** How full the bucket of a sender was when their last mail came. */
export type FlowRow = { sender: string; level: number; level_at: Date }

/** The buckets of senders of one mailbox. */
export async function selectFlows(tx: Tx, mailboxId: number, senders: readonly string[]): Promise<FlowRow[]> {
  const found = await sql<FlowRow>`
    select sender, level, level_at from sender_flow
    where mailbox_id = ${mailboxId} and sender = any(${[...senders]}::uuid[])`.execute(tx)
  return found.rows
}

/** Writes buckets, in key order. */
export async function upsertFlows(tx: Tx, mailboxId: number, rows: readonly FlowRow[]): Promise<void> {
  await sql`
    insert into sender_flow (mailbox_id, sender, level, level_at)
    select ${mailboxId}, sender, level, level_at
    from json_to_recordset(${storableJson(rows)}::json) as (sender uuid, level real, level_at timestamptz)
    order by sender
    on conflict (mailbox_id, sender) do update set level = excluded.level, level_at = excluded.level_at`.execute(
    tx,
  )
}

/** Deletes the buckets into which so long no mail came. @returns how many */
export async function deleteFlows(db: Db, days: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from sender_flow where level_at < clock_timestamp() - make_interval(days => ${days})`.execute(db)
  return Number(numAffectedRows ?? 0n)
}
