import { type RawBuilder, sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { OutboxGroup, OutboxState, SendingHold } from '../shared/vocabulary.ts'

/** A mail of the outbox as admins see it. `dueAt`: when it leaves or is tried next; `firstDueAt`: its Date. */
export type OutboxRow = {
  messageId: number
  mailboxId: number
  ticketNumber: number
  subject: string
  recipients: string[]
  authorId: number | null
  isAutomatic: boolean
  state: OutboxState
  isScheduled: boolean
  queuedAt: Date
  firstDueAt: Date
  dueAt: Date
  attempts: number
  replyCode: number | null
  replyText: string | null
  hasAccepted: boolean
  repeats: number
  /** The mail did not arrive, and another reply has followed it or somebody put it aside. */
  isDealtWith: boolean
  /** The mail is due, and waits for the end of its mailbox's hold. */
  isOnHold: boolean
}

/** How a mailbox stands with sending: what of it waits, and what holds all of it. */
export type OutboxMailbox = {
  mailboxId: number
  isPaused: boolean
  problemCode: string | null
  problemDetail: string | null
  heldUntil: Date | null
  heldCode: SendingHold | null
  held: number
  deferred: number
  uncertain: number
  failed: number
}

/** The states of each group; of `deferred` those that are being tried right now too. */
const STATES: Readonly<Record<OutboxGroup, readonly OutboxState[]>> = {
  held: ['held'],
  deferred: ['deferred', 'sending'],
  uncertain: ['uncertain'],
  failed: ['failed'],
}

const isDealtWith = sql`exists (select from undelivered u where u.message_id = o.message_id
  and (u.followed_by_id is not null or u.put_aside_at is not null))`

const isUnsettled = sql`(o.state in ('held', 'sending', 'deferred', 'uncertain', 'failed')
  and not (o.state = 'failed' and ${isDealtWith}))`

const columns = sql`
  o.message_id as "messageId", o.mailbox_id as "mailboxId", t.number as "ticketNumber", m.subject,
  array(select r.address from outbox_recipient r where r.message_id = o.message_id
    order by r.state in ('accepted', 'delivered', 'delayed'), r.address limit 5) as recipients,
  m.author_id as "authorId", o.lane = 1 as "isAutomatic", o.state, o.is_scheduled as "isScheduled",
  o.queued_at as "queuedAt", coalesce(m.sent_at, o.queued_at) as "firstDueAt", o.due_at as "dueAt", o.attempts,
  o.reply_code as "replyCode", o.reply_text as "replyText", o.repeats,
  exists (select from outbox_recipient r where r.message_id = o.message_id
    and r.state not in ('due', 'failed')) as "hasAccepted",
  ${isDealtWith} as "isDealtWith",
  o.state = 'held' and o.due_at <= clock_timestamp() and exists (select from mailbox b
    where b.id = o.mailbox_id and b.sending_held_until > clock_timestamp()) as "isOnHold"`

/** Mail that is not settled well, newest first, below a message's id. */
export async function selectOutbox(
  db: Db,
  by: { mailboxId: number | undefined; group: OutboxGroup | undefined; beforeId: number; limit: number },
): Promise<OutboxRow[]> {
  const ofMailbox = by.mailboxId === undefined ? sql`true` : sql`o.mailbox_id = ${by.mailboxId}`
  const ofGroup: RawBuilder<unknown> =
    by.group === undefined ? sql`true` : sql`o.state = any(${[...STATES[by.group]]}::text[])`
  const { rows } = await sql<OutboxRow>`
    select ${columns} from outbox o join message m on m.id = o.message_id join ticket t on t.id = m.ticket_id
    where ${isUnsettled} and o.message_id < ${by.beforeId} and ${ofMailbox} and ${ofGroup}
    order by o.message_id desc limit ${by.limit}`.execute(db)
  return rows
}

/** One mail of the outbox, settled or not. */
export async function selectOutboxRow(db: Db | Tx, messageId: number): Promise<OutboxRow | undefined> {
  const { rows } = await sql<OutboxRow>`
    select ${columns} from outbox o join message m on m.id = o.message_id join ticket t on t.id = m.ticket_id
    where o.message_id = ${messageId}`.execute(db)
  return rows[0]
}

/** Every mailbox with what waits in it, by name. */
export async function selectOutboxMailboxes(db: Db): Promise<OutboxMailbox[]> {
  const { rows } = await sql<OutboxMailbox>`
    with waiting as (
      select o.mailbox_id, count(*) filter (where o.state = 'held') as held,
        count(*) filter (where o.state in ('deferred', 'sending')) as deferred,
        count(*) filter (where o.state = 'uncertain') as uncertain,
        count(*) filter (where o.state = 'failed') as failed
      from outbox o where ${isUnsettled} group by o.mailbox_id)
    select b.id as "mailboxId", b.state = 'paused' as "isPaused",
      case when b.state = 'paused' or b.state_code like 'smtp-%' then b.state_code end as "problemCode",
      case when b.state = 'paused' or b.state_code like 'smtp-%' then b.state_detail end as "problemDetail",
      case when b.sending_held_until > clock_timestamp() then b.sending_held_until end as "heldUntil",
      case when b.sending_held_until > clock_timestamp() then b.sending_held_code end as "heldCode",
      coalesce(w.held, 0) as held, coalesce(w.deferred, 0) as deferred,
      coalesce(w.uncertain, 0) as uncertain, coalesce(w.failed, 0) as failed
    from mailbox b left join waiting w on w.mailbox_id = b.id
    where b.removed_at is null or w.mailbox_id is not null
    order by b.name collate "und-x-icu", b.id`.execute(db)
  return rows
}

/**
 * Makes a mail due now: one that waits for its next try, or one that failed, whose recipients that were refused
 * are due again, unless another reply has followed it. The same bytes; those who have it get no second one.
 */
export async function updateToDue(tx: Tx, messageId: number): Promise<boolean> {
  const { rows } = await sql<{ id: number }>`
    with again as (
      update outbox o set state = 'deferred', due_at = clock_timestamp(), settled_at = null
      where o.message_id = ${messageId}
        and (o.state = 'deferred' or o.state = 'failed' and not ${isDealtWith}) returning o.message_id),
    recipients as (
      update outbox_recipient r set state = 'due', settled_at = null from again
      where r.message_id = again.message_id and r.state = 'failed')
    select message_id as id from again`.execute(tx)
  return rows.length === 1
}

/**
 * Cancels a mail that no server can have: held, or put off without one recipient taken and without a repeat.
 * One update against the claim of a sender.
 */
export async function cancelUnsent(tx: Tx, messageId: number): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update outbox o set state = 'cancelled', cancelled_by = 'admin', settled_at = clock_timestamp()
    where o.message_id = ${messageId} and o.state in ('held', 'deferred') and o.repeats = 0
      and not exists (select from outbox_recipient r where r.message_id = o.message_id
        and r.state not in ('due', 'failed'))`.execute(tx)
  return numAffectedRows === 1n
}
