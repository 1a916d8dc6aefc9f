import { sql } from 'kysely'
import type { NotificationSettings } from '../agents/notification-settings.ts'
import type { Db } from '../db/database.ts'
import type { Language } from '../shared/vocabulary.ts'

/**
 * An active agent as somebody to mail a digest to. `since`: what came later was neither looked at nor mailed; `asOf`: the
 * moment of reading. Both as the database writes them, to the microsecond.
 */
export type DigestReader = {
  agentId: number
  name: string
  email: string
  language: Language
  timeZone: string
  choices: NotificationSettings | null
  mailboxIds: number[]
  since: string
  asOf: string
  mailNumber: number
  mailedKeys: string[]
}

/** A digest that is about to be handed over: the one after `mailNumber`. */
export type DigestClaim = Pick<DigestReader, 'agentId' | 'mailNumber' | 'asOf'> & { keys: readonly string[] }

/** What stood before a claim. */
export type BeforeClaim = { mailedTo: string | null; mailedAt: string | null; keys: string[] }

/**
 * Active agents with the mailboxes they may use, or one of them. Who was mailed and has not been back since, neither in
 * the list nor in a ticket, is left out for a day.
 *
 * `since` goes ten minutes behind the last mail: what was being written down meanwhile is found, and what that mail
 * told of has its key in `mailedKeys`. What was looked at is known to the millisecond, as browsers tell it. What waited
 * for a week is left to the list.
 */
export async function listDigestReaders(db: Db, agentId: number | null): Promise<DigestReader[]> {
  const { rows } = await sql<DigestReader>`
    select a.id as "agentId", a.name, a.email, a.language, a.time_zone as "timeZone", s.choices,
      array(select b.id from mailbox b where b.removed_at is null and (a.role in ('owner', 'admin') or exists (
        select from agent_mailbox w where w.agent_id = a.id and w.mailbox_id = b.id)) order by b.id) as "mailboxIds",
      greatest(s.looked_at + interval '999 microseconds', s.mailed_to - interval '10 minutes', now() - interval '7 days')::text as since,
      now()::text as "asOf",
      coalesce(s.mail_number, 0) as "mailNumber", coalesce(s.mailed_keys, '{}') as "mailedKeys"
    from agent a left join notification_setting s on s.agent_id = a.id
    where a.state = 'active' and (${agentId}::bigint is null or a.id = ${agentId}) and (
      s.mailed_at is null or s.mailed_at < now() - interval '1 day'
      or exists (select from ticket_seen v where v.agent_id = a.id and v.at > s.mailed_at)
      or exists (select from presence p
        where p.agent_id = a.id and p.doing = 'viewing' and p.seen_at > s.mailed_at))
    order by a.id`.execute(db)
  return rows
}

/**
 * Writes down that a digest is handed over, before it is. Its keys stand for the last 400 notifications.
 *
 * @returns what stood before, or undefined where the one after `mailNumber` was handed over already
 */
export async function claimDigest(db: Db, claim: DigestClaim): Promise<BeforeClaim | undefined> {
  const { rows } = await sql<BeforeClaim>`
    with before as (
      select mailed_to::text as "mailedTo", mailed_at::text as "mailedAt", mailed_keys as keys
      from notification_setting where agent_id = ${claim.agentId}),
    written as (
      insert into notification_setting as s (agent_id, mail_number, mailed_to, mailed_at, mailed_keys)
      values (${claim.agentId}, ${claim.mailNumber + 1}, ${claim.asOf}::timestamptz, clock_timestamp(),
        ${[...claim.keys]}::text[])
      on conflict (agent_id) do update set mail_number = excluded.mail_number,
        mailed_to = excluded.mailed_to, mailed_at = excluded.mailed_at,
        mailed_keys = (excluded.mailed_keys || s.mailed_keys)[1:400]
        where s.mail_number = ${claim.mailNumber}
      returning 1)
    select b."mailedTo", b."mailedAt", coalesce(b.keys, '{}') as keys
    from written left join before b on true`.execute(db)
  return rows[0]
}

/** Takes a claim back: the server said that it has not taken the mail. */
export async function releaseDigest(db: Db, claim: DigestClaim, before: BeforeClaim): Promise<void> {
  await sql`update notification_setting set mail_number = ${claim.mailNumber},
      mailed_to = ${before.mailedTo}::timestamptz, mailed_at = ${before.mailedAt}::timestamptz,
      mailed_keys = ${[...before.keys]}::text[]
    where agent_id = ${claim.agentId} and mail_number = ${claim.mailNumber + 1}`.execute(db)
}
