import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { SendingHold } from '../shared/vocabulary.ts'

/** What is counted of a mailbox's accepted mail, and how much of it within which time is too much. */
export type LimitReached = {
  mailboxId: number
  ownDomain: string
  counted: 'messages' | 'recipients' | 'outsiders'
  atMost: number
  withinS: number
}

/** How much of a mailbox's mail was accepted of late. */
export type SentOfLate = { inMinute: number; messages: number; recipients: number; outsiders: number }

/** What a mailbox sent within a day, `inMinute` within a minute. */
export async function countSent(db: Db, mailboxId: number, ownDomain: string): Promise<SentOfLate> {
  const { rows } = await sql<SentOfLate>`
    select count(distinct o.message_id) filter (
        where o.settled_at > clock_timestamp() - interval '1 minute') as "inMinute",
      count(distinct o.message_id) as messages, count(r.address) as recipients,
      count(r.address) filter (where split_part(r.address, '@', -1) <> ${ownDomain}) as outsiders
    from outbox o left join outbox_recipient r
      on r.message_id = o.message_id and r.state not in ('due', 'failed')
    where o.mailbox_id = ${mailboxId} and o.state = 'accepted'
      and o.settled_at > clock_timestamp() - interval '1 day'`.execute(db)
  return rows[0] ?? { inMinute: 0, messages: 0, recipients: 0, outsiders: 0 }
}

/**
 * When a mailbox is below a limit again: when the accepted mail with which the newest ones reach it is
 * `withinS` old. Null while it is below.
 */
export async function selectLimitReached(db: Db, limit: LimitReached): Promise<Date | null> {
  const isCounted =
    limit.counted === 'outsiders' ? sql`split_part(r.address, '@', -1) <> ${limit.ownDomain}` : sql`true`
  const count =
    limit.counted === 'messages'
      ? sql`1`
      : sql`(select count(*) from outbox_recipient r where r.message_id = o.message_id
          and r.state not in ('due', 'failed') and ${isCounted})`
  const { rows } = await sql<{ until: Date | null }>`
    with sent as (
      select o.settled_at, o.message_id, ${count} as weight from outbox o
      where o.mailbox_id = ${limit.mailboxId} and o.state = 'accepted'
        and o.settled_at > clock_timestamp() - make_interval(secs => ${limit.withinS})),
    summed as (
      select settled_at, sum(weight) over (order by settled_at desc, message_id desc) as total from sent)
    select max(settled_at) + make_interval(secs => ${limit.withinS}) as until
    from summed where total >= ${limit.atMost}`.execute(db)
  return rows[0]?.until ?? null
}

/** Holds a mailbox's sending until then; a hold that lasts longer stays. */
export async function updateHold(
  db: Db,
  mailboxId: number,
  hold: { code: SendingHold; until: { at: Date } | { inMs: number } },
): Promise<void> {
  const { until } = hold
  const end =
    'at' in until
      ? sql`${until.at}::timestamptz`
      : sql`clock_timestamp() + make_interval(secs => ${until.inMs / 1000})`
  await sql`
    update mailbox set sending_held_code = ${hold.code}, sending_held_until = ${end}
    where id = ${mailboxId} and coalesce(sending_held_until, '-infinity') < ${end}`.execute(db)
}

/** Lets a mailbox send again, as an admin wishes. */
export async function clearHold(tx: Tx, mailboxId: number): Promise<void> {
  await sql`update mailbox set sending_held_code = null, sending_held_until = null
    where id = ${mailboxId}`.execute(tx)
}
