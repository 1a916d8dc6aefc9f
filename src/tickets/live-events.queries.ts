import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'

/**
 * A hint: ticket `number`, which was in this mailbox when it changed, is at `version`. No content. One that
 * left for another mailbox gives a hint in both, so that it goes from the screens of the old one too.
 */
export type LiveHint = {
  ticketId: number
  number: number
  mailboxId: number
  kind: string
  version: number
  /** Whose ticket it is; null where nobody's, or where it is in another mailbox by now. */
  customerId: number | null
  /** What is known of its customer changed, perhaps nothing else. */
  changesCustomer: boolean
  /** The ticket that leads it and the mailbox of that one; null where it leads or is alone. */
  lead: { number: number; mailboxId: number } | null
}

/** What had been committed at one moment. `xmin` and everything before it had ended; `atS` is Unix time. */
export type LiveSnapshot = { snapshot: string; xmin: string; atS: number; epoch: string }

/** What one look at the feed sees. */
export type LiveRead = LiveSnapshot & { hints: LiveHint[] }

type ReadRow = LiveSnapshot & { hint: LiveHint | null }

/** The present moment of the feed. */
export async function takeLiveSnapshot(db: Db): Promise<LiveSnapshot> {
  const { rows } = await sql<LiveSnapshot>`select ${snapshotColumns} from workspace`.execute(db)
  const [row] = rows
  if (row === undefined) throw new RangeError('the workspace row is missing')
  return row
}

/**
 * The latest hint of each ticket that changed in exactly those transactions that committed between the snapshot and
 * now, whatever order their ids are in, and the snapshot to go on from. What a snapshot did not see is what was running
 * (its xip list) or had not begun (from its xmax on); both are looked up by the index on xid, so that a transaction
 * left open anywhere in the cluster, which holds xmin back, costs and delays nothing.
 */
export async function readHintsAfter(db: Db, snapshot: string): Promise<LiveRead> {
  const { rows } = await sql<ReadRow>`${kept}
    with fresh as (
      select id, mailbox_id, ticket_id, kind, version from live_event
      where xid >= pg_snapshot_xmax(${snapshot}::pg_snapshot)
      union all
      select id, mailbox_id, ticket_id, kind, version from live_event
      where xid = any(array(select pg_snapshot_xip(${snapshot}::pg_snapshot)))),
    latest as (select ${latestColumns} from fresh group by ticket_id, mailbox_id)
    select ${snapshotColumns}, ${hintColumn}
    from workspace left join (latest e ${ofTickets}) on true
    order by e.id`.execute(db)
  return toRead(rows)
}

/**
 * The latest hint of each ticket that changed in a transaction that had not ended at a safe point.
 * Some of them its client knows already.
 *
 * @param hintLimit one more than this is read, so that the caller sees there are too many
 */
export async function readHintsSince(db: Db, xid: string, hintLimit: number): Promise<LiveRead> {
  const { rows } = await sql<ReadRow>`
    with latest as (
      select ${latestColumns} from live_event where xid >= ${xid}::xid8
      group by ticket_id, mailbox_id limit ${hintLimit + 1})
    select ${snapshotColumns}, ${hintColumn}
    from workspace left join (latest e ${ofTickets}) on true
    order by e.id`.execute(db)
  return toRead(rows)
}

const latestColumns = sql`ticket_id, mailbox_id, max(version) as version,
  (array_agg(kind order by kind = 'customer_changed', version desc))[1] as kind, max(id) as id,
  bool_or(kind in ('customer_changed', 'customers_merged', 'customer_merge_undone')) as changes_customer`

const snapshotColumns = sql`pg_current_snapshot()::text as snapshot,
  pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
  extract(epoch from clock_timestamp())::bigint as "atS", workspace.epoch`

// Of one that was erased the number is kept: its screens are to hear that it is no more.
const ofTickets = sql`left join ticket t on t.id = e.ticket_id
  left join erased_ticket gone on gone.ticket_id = e.ticket_id and t.id is null`

const hintColumn = sql`case when coalesce(t.id, gone.ticket_id) is not null then json_build_object(
  'ticketId', e.ticket_id, 'number', coalesce(t.number, gone.number),
  'mailboxId', e.mailbox_id, 'kind', e.kind, 'version', e.version,
  'customerId', case when e.mailbox_id = t.mailbox_id then t.customer_id end, 'changesCustomer', e.changes_customer, 'lead', (
    select json_build_object('number', l.number, 'mailboxId', l.mailbox_id) from ticket l
    where l.id = t.twin_of_id)) end as hint`

function toRead(rows: readonly ReadRow[]): LiveRead {
  const [first] = rows
  if (first === undefined) throw new RangeError('the workspace row is missing')
  const { snapshot, xmin, atS, epoch } = first
  return { snapshot, xmin, atS, epoch, hints: rows.flatMap(row => (row.hint ? [row.hint] : [])) }
}
