import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { type MailboxKind, WATCHED_ROLES } from '../shared/mailbox-words.ts'
import type { UnreadFolder } from './judge-mailbox.ts'

/** How a mailbox is doing, as its row and those that hang on it say. Byte counts and instants of the database's clock. */
export type MailboxFactsRow = {
  /** The database's clock, which made all the other instants. */
  now: Date
  id: number
  kind: MailboxKind
  name: string
  address: string
  colour: number
  state: 'active' | 'paused'
  stateCode: string | null
  stateDetail: string | null
  stateAt: Date | null
  createdAt: Date
  fetchedAt: Date | null
  fetchMode: 'idle' | 'poll' | null
  sentAt: Date | null
  isWatched: boolean
  quotaUsedBytes: number | null
  quotaLimitBytes: number | null
  serverCount: number | null
  missingCount: number | null
  missingSince: Date | null
  comparedAt: Date | null
  /** The watched folders that the ledger lacks mails of, most first. */
  missingIn: { path: string; count: number }[]
  doorClosedSince: Date | null
  unreadFolders: UnreadFolder[]
  unfiledCount: number
  unfiledSince: Date | null
  quarantinedCount: number
  waitingCount: number
  waitingSince: Date | null
  uncertainCount: number
  failedCount: number
  appId: number | null
  appName: string | null
  canaryOn: boolean
  canaryArrivedAt: Date | null
  canaryIn: 'inbox' | 'junk' | null
  canaryMs: number | null
  canaryLost: number
  canaryLostSince: Date | null
  imapHost: string | null
  smtpHost: string | null
  imapCertificate: string | null
  smtpCertificate: string | null
  /** Why filed mail is not marked as read or moved on its server, as somebody wished. */
  afterFaultCode: string | null
  afterFaultDetail: string | null
}

const isWatched = sql`coalesce(is_watched, role = any(${[...WATCHED_ROLES]}::text[]))`

/** JSON has no instants. */
type JsonFolder = Omit<UnreadFolder, 'since'> & { since: string }

/** Every mailbox that is not removed, by name. Stored mail is counted by the index of what is to be filed. */
export async function listMailboxFacts(
  db: Db,
  { silentForMs }: { silentForMs: number },
): Promise<MailboxFactsRow[]> {
  const { rows } = await sql<Omit<MailboxFactsRow, 'unreadFolders'> & { unreadFolders: JsonFolder[] }>`
    select clock_timestamp() as now, b.id, b.kind, b.name, b.address, b.colour, b.state, b.state_code as "stateCode",
      b.state_detail as "stateDetail", b.state_at as "stateAt", b.created_at as "createdAt",
      b.fetched_at as "fetchedAt", b.fetch_mode as "fetchMode", b.sent_at as "sentAt",
      exists (select from mailbox_lease l
        where l.mailbox_id = b.id and l.expires_at > clock_timestamp()) as "isWatched",
      b.quota_used_bytes as "quotaUsedBytes", b.quota_limit_bytes as "quotaLimitBytes",
      f.server_count as "serverCount", f.missing_count as "missingCount",
      f.missing_since as "missingSince", f.compared_at as "comparedAt", f.missing_in as "missingIn",
      case when b.kind = 'intake' and not d.is_open then greatest(b.created_at, d.last_open_at) end as "doorClosedSince",
      u.unread as "unreadFolders", i.unfiled as "unfiledCount", i.unfiled_since as "unfiledSince", q.quarantined as "quarantinedCount",
      o.waiting as "waitingCount", o.waiting_since as "waitingSince",
      o.uncertain as "uncertainCount", o.failed as "failedCount",
      a.id as "appId", a.name as "appName", c.mailbox_id is not null as "canaryOn",
      c.arrived_at as "canaryArrivedAt", c.arrived_in as "canaryIn", c.round_trip_ms as "canaryMs",
      coalesce(c.lost_count, 0) as "canaryLost", c.lost_since as "canaryLostSince", b.imap_host as "imapHost", b.smtp_host as "smtpHost",
      b.imap_certificate as "imapCertificate", b.smtp_certificate as "smtpCertificate",
      b.after_fault_code as "afterFaultCode", b.after_fault_detail as "afterFaultDetail"
    from mailbox b
      left join mailbox_grant g on g.mailbox_id = b.id
      left join mailbox_canary c on c.mailbox_id = b.id
      left join sign_in_app a on a.id = g.sign_in_app_id
      cross join lateral (
        select sum(server_count)::bigint as server_count, sum(missing_count)::bigint as missing_count,
          min(missing_since) as missing_since, min(compared_at) as compared_at,
          coalesce(jsonb_agg(jsonb_build_object('path', path, 'count', missing_count)
            order by missing_count desc, path) filter (where missing_count > 0), '[]') as missing_in
        from folder where mailbox_id = b.id and gone_since is null
          and ${isWatched}) f
      cross join (
        select coalesce(bool_or(mail_intake <> '{}' and alive_at > clock_timestamp() - ${silentForMs} * interval '1 ms'), false) as is_open,
          max(mail_intake_at) as last_open_at
        from instance) d
      cross join lateral (
        select coalesce(jsonb_agg(jsonb_build_object('path', path, 'since', gone_since, 'detail', gone_detail,
          'code', coalesce(gone_code, 'folder-not-found')) order by gone_since, id), '[]') as unread
        from folder where mailbox_id = b.id and gone_since is not null
          and ${isWatched}) u
      cross join lateral (
        select count(*) as unfiled, min(stored_at) as unfiled_since
        from mail_instance where mailbox_id = b.id and state = 'stored') i
      cross join lateral (
        select count(*) as quarantined
        from mail_instance where mailbox_id = b.id and state in ('quarantined', 'too_large')) q
      cross join lateral (
        select count(*) filter (where is_waiting) as waiting,
          min(first_due_at) filter (where is_waiting) as waiting_since,
          count(*) filter (where state = 'uncertain') as uncertain,
          count(*) filter (where state = 'failed') as failed
        from (select o.state, coalesce(m.sent_at, o.queued_at) as first_due_at,
            o.state in ('deferred', 'sending') or o.state = 'held' and o.due_at < clock_timestamp() as is_waiting
          from outbox o join message m on m.id = o.message_id
          where o.mailbox_id = b.id and o.state in ('held', 'sending', 'deferred', 'uncertain', 'failed')
            and not (o.state = 'failed' and exists (select from undelivered u where u.message_id = o.message_id
              and (u.followed_by_id is not null or u.put_aside_at is not null)))) o) o
    where b.removed_at is null
    order by b.name collate "und-x-icu", b.id`.execute(db)
  return rows.map(row => ({
    ...row,
    unreadFolders: row.unreadFolders.map(one => ({ ...one, since: new Date(one.since) })),
  }))
}

/**
 * When the permission of mailboxes ends for good: where each renewal moves the end it does not, unless nobody renews, since
 * the mailbox is paused.
 */
export async function listGrantEnds(db: Db): Promise<{ mailboxId: number; name: string; endsAt: Date }[]> {
  const { rows } = await sql<{ mailboxId: number; name: string; endsAt: Date }>`
    select m.id as "mailboxId", m.name, g.refresh_ends_at as "endsAt"
    from mailbox_grant g join mailbox m on m.id = g.mailbox_id
    where g.refresh_ends_at is not null and m.removed_at is null
      and (g.refresh_end_moves = false or m.state = 'paused')`.execute(db)
  return rows
}

/** The apps whose secret ends on a day somebody entered, as `2027-05-31`. */
export async function listSecretEnds(db: Db): Promise<{ appId: number; name: string; endsOn: string }[]> {
  const { rows } = await sql<{ appId: number; name: string; endsOn: string }>`
    select id as "appId", name, secret_expires_on::text as "endsOn"
    from sign_in_app where secret_expires_on is not null`.execute(db)
  return rows
}
