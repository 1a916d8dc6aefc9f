import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'

/** The kinds of connected mailboxes, by id; a removed one is missing. */
export async function selectMailboxKinds(
  tx: Tx,
  mailboxIds: readonly number[],
): Promise<Map<number, string>> {
  const rows = await tx
    .selectFrom('mailbox')
    .select(['id', 'kind'])
    .where('id', 'in', [...mailboxIds])
    .where('removed_at', 'is', null)
    .execute()
  return new Map(rows.map(row => [row.id, row.kind]))
}

/** Writes the mailbox a ticket is in: the only key permissions look at. */
export async function writeMailbox(tx: Tx, ticketId: number, mailboxId: number): Promise<void> {
  await tx.updateTable('ticket').set({ mailbox_id: mailboxId }).where('id', '=', ticketId).execute()
}

/** Tells those who see only the mailbox that was left that the ticket changed: it leaves their lists. */
export async function insertLeavingHint(tx: Tx, ticketId: number, mailboxId: number): Promise<void> {
  await sql`
    insert into live_event (mailbox_id, ticket_id, kind, version)
    select ${mailboxId}, id, 'mailbox_changed', version from ticket where id = ${ticketId}`.execute(tx)
}
