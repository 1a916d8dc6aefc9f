import { sql } from 'kysely'
import type { Db } from '../db/database.ts'

/** Replies that blame the account or the server and not the mail; null where nobody answered. */
const blamesMailbox = sql`(o.reply_code is null or o.reply_code in (421, 454, 530, 534, 535, 538))`

/** Makes one waiting mail of each mailbox with a fault of sending due now: the try that shows whether it is mended. */
export async function releaseOnePerMailbox(db: Db): Promise<void> {
  await sql`
    update outbox o set due_at = clock_timestamp() from (
      select distinct on (w.mailbox_id) w.message_id from outbox w join mailbox b on b.id = w.mailbox_id
      where w.state = 'deferred' and b.state_code like 'smtp-%'
      order by w.mailbox_id, w.lane, w.due_at) as first
    where o.message_id = first.message_id and o.state = 'deferred' and o.due_at > clock_timestamp()`.execute(
    db,
  )
}

/** Makes all mail due now that waited for this mailbox's server or account. */
export async function releaseMailbox(db: Db, mailboxId: number): Promise<void> {
  await sql`
    update outbox o set due_at = clock_timestamp()
    where o.mailbox_id = ${mailboxId} and o.state = 'deferred' and ${blamesMailbox}
      and o.due_at > clock_timestamp()`.execute(db)
}
