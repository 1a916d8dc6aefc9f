import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** A mail nobody knows the fate of, with what may decide it. */
export type UncertainMail = {
  messageId: number
  mailboxId: number
  uuid: string
  internetMessageId: string
  sentCopy: 'append' | 'by_server' | 'none'
  /** Its mailbox has no server whose Sent folder could be asked. */
  isHandedIn: boolean
  rule: 'ask' | 'repeat_once'
  repeats: number
  uncertainMs: number
}

/** A mail to be copied to the Sent folder. */
export type DueSentCopy = {
  messageId: number
  mailboxId: number
  uuid: string
  internetMessageId: string
  bytesBlobId: number
  acceptedAt: Date
  attempts: number
}

/** Uncertain mail of mailboxes that work, oldest first, at most 200. */
export async function listUncertain(db: Db): Promise<UncertainMail[]> {
  return await selectUncertain(db, sql`true`)
}

/** Uncertain mail as `listUncertain` has it, of those alone whose author has not been told; automatic mail has none. */
export async function listUntold(db: Db): Promise<UncertainMail[]> {
  return await selectUncertain(db, sql`not ${isTold}`)
}

const isTold = sql`(m.author_id is null or exists (select from undelivered u where u.message_id = o.message_id))`

async function selectUncertain(db: Db, condition: RawBuilder<unknown>): Promise<UncertainMail[]> {
  const { rows } = await sql<UncertainMail>`
    select o.message_id as "messageId", o.mailbox_id as "mailboxId", m.uuid,
      coalesce(m.internet_message_id, '') as "internetMessageId", b.sent_copy as "sentCopy",
      b.kind = 'intake' as "isHandedIn",
      b.uncertain_rule as rule, o.repeats,
      (extract(epoch from clock_timestamp() - o.uncertain_since) * 1000)::float8 as "uncertainMs"
    from outbox o join message m on m.id = o.message_id join mailbox b on b.id = o.mailbox_id
    where o.state = 'uncertain' and b.state = 'active' and b.removed_at is null and ${condition}
    order by o.uncertain_since limit 200`.execute(db)
  return rows
}

/** Remembers that the server filed the mail itself, so that nothing is appended. */
export async function markFiledByServer(db: Db, messageId: number): Promise<void> {
  await sql`update outbox set sent_copy = 'by_server' where message_id = ${messageId}`.execute(db)
}

/**
 * Takes due copies of one mailbox, the one that waits longest, for `leaseMs`: until then no other node
 * tries. At most 20.
 */
export async function claimSentCopies(
  db: Db,
  options: { leaseMs: number; withPractice: boolean },
): Promise<DueSentCopy[]> {
  const { rows } = await sql<DueSentCopy>`
    with turn as (
      select o.mailbox_id from outbox o join mailbox b on b.id = o.mailbox_id
      where o.state = 'accepted' and o.sent_copy = 'due' and o.sent_copy_due_at <= clock_timestamp()
        and b.state = 'active' and b.removed_at is null and (b.kind <> 'practice' or ${options.withPractice})
      order by o.sent_copy_due_at limit 1),
    due as (
      select o.message_id from outbox o join turn on turn.mailbox_id = o.mailbox_id
      where o.state = 'accepted' and o.sent_copy = 'due' and o.sent_copy_due_at <= clock_timestamp()
      order by o.sent_copy_due_at limit 20 for update of o skip locked)
    update outbox o set sent_copy_attempts = o.sent_copy_attempts + 1,
      sent_copy_due_at = clock_timestamp() + make_interval(secs => ${options.leaseMs / 1000})
    from due, message m where o.message_id = due.message_id and m.id = o.message_id
    returning o.message_id as "messageId", o.mailbox_id as "mailboxId", m.uuid,
      coalesce(m.internet_message_id, '') as "internetMessageId", o.bytes_blob_id as "bytesBlobId",
      coalesce(o.settled_at, clock_timestamp()) as "acceptedAt",
      o.sent_copy_attempts as attempts`.execute(db)
  return rows
}

/** Writes what became of a copy; `due` again after `delayMs`. */
export async function writeSentCopy(
  db: Db,
  messageId: number,
  to: { state: 'done' | 'by_server' | 'failed' | 'due'; delayMs: number },
): Promise<void> {
  await sql`
    update outbox set sent_copy = ${to.state}, sent_copy_due_at = case when ${to.state} = 'due'
      then clock_timestamp() + make_interval(secs => ${to.delayMs / 1000}) end
    where message_id = ${messageId} and sent_copy = 'due'`.execute(db)
}
