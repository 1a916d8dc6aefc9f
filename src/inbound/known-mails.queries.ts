import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/**
 * The ledger row that brought a mail, `filed`, `own`, `same` (with the row it is the same as in `same_as_id`) or `erased`;
 * one of `stored`, `quarantined` or `ignored` has its bytes and no message.
 */
export type KnownRow = {
  id: number
  state: 'stored' | 'filed' | 'same' | 'own' | 'ignored' | 'quarantined' | 'erased'
  same_as_id: number | null
  raw_blob_id: number | null
  internet_message_id: string | null
}

/** Of a row `known`: that it is one of these. */
export const isKnown = sql<boolean>`(known.state in ('filed', 'same', 'own', 'erased')
  or known.state in ('stored', 'ignored', 'quarantined') and known.raw_blob_id is not null)`

/**
 * Of some mails of a mailbox those that have a row under their server's id: one row of each, rather one with an outcome.
 * Row and mail came at the same moment too, since the ids of another server that the mailbox had before may be equal.
 */
export async function selectKnownByServerId(
  db: Db,
  mailboxId: number,
  mails: readonly { uid: number; serverId: string | null; receivedAt: Date }[],
): Promise<(KnownRow & { uid: number })[]> {
  const asked = mails.filter(mail => mail.serverId !== null)
  if (asked.length === 0) return []
  const found = await sql<KnownRow & { uid: number }>`
    select distinct on (given.uid) given.uid, known.id, known.state, known.same_as_id, known.raw_blob_id,
      known.internet_message_id
    from unnest(${asked.map(mail => mail.uid)}::bigint[], ${asked.map(mail => mail.serverId)}::text[],
      ${asked.map(mail => mail.receivedAt.toISOString())}::timestamptz[]) as given (uid, server_id, received_at)
    join mail_instance known on known.mailbox_id = ${mailboxId} and known.server_id = given.server_id
      and known.received_at = given.received_at
    where ${isKnown}
    order by given.uid, known.state in ('filed', 'same', 'own', 'erased') desc, known.id`.execute(db)
  return found.rows
}

/** The messages of the rows that were just entered as `same`. */
export async function selectMessagesOf(
  tx: Tx,
  folder: { id: number; generation: number },
  uids: readonly number[],
): Promise<number[]> {
  if (uids.length === 0) return []
  const found = await sql<{ message_id: number }>`
    select message_id from mail_instance where folder_id = ${folder.id} and uid_validity = ${folder.generation}
      and uid = any(${[...uids]}::bigint[]) and state = 'same' and message_id is not null`.execute(tx)
  return found.rows.map(row => row.message_id)
}
