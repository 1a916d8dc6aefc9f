import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { DomainRecordKind } from '../shared/health-words.ts'
import type { DomainAlarm } from './domain-alarm.ts'
import type { JudgedRecord } from './judge-domain.ts'

/** A domain's records as they were last found; null: DNS did not answer. */
export type DomainCheckRow = {
  domain: string
  checkedAt: Date
  records: JudgedRecord[] | null
  /** Kinds that were right at some lookup, and that are wrong now, and since which lookup any is. */
  rightKinds: DomainRecordKind[]
  wrongKinds: DomainRecordKind[]
  wrongSince: Date | null
}

/** What mailboxes write as which addresses, through which server. */
export async function listSenders(
  db: Db,
): Promise<{ mailboxId: number; addresses: string[]; smtpHost: string | null; signs: boolean }[]> {
  const { rows } = await sql<{
    mailboxId: number
    addresses: string[]
    smtpHost: string | null
    signs: boolean
  }>`
    select id as "mailboxId", address || aliases as addresses, lower(smtp_host) as "smtpHost", signs_dkim as signs
    from mailbox where kind <> 'practice' and removed_at is null order by id`.execute(db)
  return rows
}

/** The keys that sign or will sign the mail of some domains. */
export async function listOwnKeys(
  db: Db,
  domains: readonly string[],
): Promise<{ domain: string; selector: string; publicKey: string }[]> {
  const { rows } = await sql<{ domain: string; selector: string; publicKey: string }>`
    select distinct on (domain) domain, selector, public_key as "publicKey" from dkim_key
    where domain = any(${[...domains]}::text[]) and retired_at is null
    order by domain, right_at nulls last, id desc`.execute(db)
  return rows
}

/** What is known of each domain. */
export async function listChecks(db: Db): Promise<DomainCheckRow[]> {
  const { rows } = await sql<DomainCheckRow>`
    select domain, checked_at as "checkedAt", records, right_kinds as "rightKinds", wrong_kinds as "wrongKinds",
      wrong_since as "wrongSince" from domain_check order by domain`.execute(db)
  return rows
}

/** Keeps what was found. What was right once stays so, and since when anything is wrong stays until nothing is. */
export async function upsertCheck(
  db: Db,
  domain: string,
  found: { records: JudgedRecord[]; alarm: DomainAlarm },
): Promise<void> {
  const { records, alarm } = found
  const isWrong = alarm.wrong.length > 0
  await sql`
    insert into domain_check (domain, checked_at, records, right_kinds, wrong_kinds, wrong_since)
    values (${domain}, clock_timestamp(), ${JSON.stringify(records)}::jsonb, ${alarm.right}::text[],
      ${alarm.wrong}::text[], case when ${isWrong} then clock_timestamp() end)
    on conflict (domain) do update set checked_at = excluded.checked_at, records = excluded.records,
      right_kinds = array(select distinct unnest(domain_check.right_kinds || excluded.right_kinds) order by 1),
      wrong_kinds = excluded.wrong_kinds,
      wrong_since = case when ${isWrong} then coalesce(domain_check.wrong_since, excluded.wrong_since) end`.execute(
    db,
  )
}

/** Notes that a domain was asked about and DNS did not answer: what was found before stays, and so does its moment. */
export async function insertUnanswered(db: Db, domain: string): Promise<void> {
  await sql`
    insert into domain_check (domain, checked_at) values (${domain}, clock_timestamp())
    on conflict (domain) do nothing`.execute(db)
}

/** Forgets domains nobody writes from any more. */
export async function deleteOtherChecks(db: Db, domains: readonly string[]): Promise<void> {
  await sql`delete from domain_check where domain <> all(${[...domains]}::text[])`.execute(db)
}
