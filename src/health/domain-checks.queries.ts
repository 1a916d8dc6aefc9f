import { sql } from 'kysely'
import type { Db } from '../db/database.ts'
import type { JudgedRecord } from './judge-domain.ts'

/** A domain's records as they were last found; null: DNS did not answer. */
export type DomainCheckRow = { domain: string; checkedAt: Date; records: JudgedRecord[] | null }

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
    from mailbox where kind = 'imap' and removed_at is null order by id`.execute(db)
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
    select domain, checked_at as "checkedAt", records from domain_check order by domain`.execute(db)
  return rows
}

/** Keeps what was found; where DNS did not answer, what was found before stays, and so does its moment. */
export async function upsertCheck(db: Db, domain: string, records: JudgedRecord[] | null): Promise<void> {
  const json = records === null ? null : JSON.stringify(records)
  await sql`
    insert into domain_check (domain, checked_at, records) values (${domain}, clock_timestamp(), ${json}::jsonb)
    on conflict (domain) do update set
      checked_at = case when ${json}::jsonb is null then domain_check.checked_at else clock_timestamp() end,
      records = coalesce(excluded.records, domain_check.records)`.execute(db)
}

/** Forgets domains nobody writes from any more. */
export async function deleteOtherChecks(db: Db, domains: readonly string[]): Promise<void> {
  await sql`delete from domain_check where domain <> all(${[...domains]}::text[])`.execute(db)
}
