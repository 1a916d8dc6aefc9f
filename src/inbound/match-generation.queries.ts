import { type RawBuilder, sql } from 'kysely'
import type { Db } from '../db/database.ts'
import { isKnown, type KnownRow } from './known-mails.queries.ts'

/** What a mail is recognised by: INTERNALDATE, RFC822.SIZE and its Message-ID as the ledger keeps it. */
export type MatchMarks = { uid: number; receivedAt: Date; sizeBytes: number; internetMessageId: string }

/** Of some mails of a folder's present numbering those that any of an earlier one looks like. */
export async function selectAlike(
  db: Db,
  folder: { id: number; generation: number },
  mails: readonly MatchMarks[],
): Promise<number[]> {
  if (mails.length === 0) return []
  const found = await sql<{ uid: number }>`
    select distinct wanted.uid from ${wantedOf(mails)} join mail_instance known on ${isAlike(folder)}
    where known.uid_validity <> ${folder.generation} and ${isKnown}`.execute(db)
  return found.rows.map(({ uid }) => uid)
}

/**
 * Of some mails of a folder's present numbering those that exactly one mail of its earlier numberings looks like, and none
 * that the present one has a row of. Rows of several numberings that stand for the same bytes are one mail.
 */
export async function selectMatches(
  db: Db,
  folder: { id: number; generation: number },
  mails: readonly MatchMarks[],
): Promise<(KnownRow & { uid: number })[]> {
  const found = await sql<KnownRow & { uid: number }>`
    with alike as materialized (
      select wanted.uid, known.id, known.uid_validity = ${folder.generation} as is_present, ${isKnown} as is_known,
        coalesce(first.raw_blob_id, known.raw_blob_id, -coalesce(known.same_as_id, known.id)) as mail
      from ${wantedOf(mails)} join mail_instance known on ${isAlike(folder)}
        left join mail_instance first on first.id = known.same_as_id
    ), matched as (
      select uid, min(id) filter (where is_known) as id from alike
      group by uid having not bool_or(is_present) and count(distinct mail) = 1
    )
    select matched.uid, known.id, known.state, known.same_as_id, known.raw_blob_id, known.internet_message_id
    from matched join mail_instance known on known.id = matched.id`.execute(db)
  return found.rows
}

function wantedOf(mails: readonly MatchMarks[]): RawBuilder<unknown> {
  return sql`unnest(${mails.map(mail => mail.uid)}::bigint[],
    ${mails.map(mail => mail.receivedAt.toISOString())}::timestamptz[], ${mails.map(mail => mail.sizeBytes)}::bigint[],
    ${mails.map(mail => mail.internetMessageId)}::text[]) as wanted (uid, received_at, size_bytes, message_id)`
}

function isAlike(folder: { id: number }): RawBuilder<unknown> {
  return sql`known.folder_id = ${folder.id} and known.received_at = wanted.received_at
    and known.size_bytes = wanted.size_bytes and known.internet_message_id = wanted.message_id`
}
