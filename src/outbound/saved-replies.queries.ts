import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { SavedReplyScope } from '../shared/template-variables.ts'
import type { Language } from '../shared/vocabulary.ts'

/** A saved reply in one language. */
export type SavedReplyText = { language: Language; body: string }

/** A saved reply with all its texts. */
export type SavedReplyRow = {
  id: number
  scope: SavedReplyScope
  ownerId: number
  mailboxId: number | null
  name: string
  folder: string
  useCount: number
  lastUsedAt: Date | null
  archivedAt: Date | null
  texts: SavedReplyText[]
}

/** What of it somebody writes. */
export type SavedReplyContent = Pick<SavedReplyRow, 'scope' | 'mailboxId' | 'name' | 'folder' | 'texts'>

const columns = sql`
  r.id, r.scope, r.owner_id as "ownerId", r.mailbox_id as "mailboxId", r.name, r.folder, r.use_count as "useCount",
  r.last_used_at as "lastUsedAt", r.archived_at as "archivedAt", coalesce((
    select jsonb_agg(jsonb_build_object('language', x.language, 'body', x.body) order by x.language)
    from saved_reply_text x where x.saved_reply_id = r.id), '[]') as texts`

/** An agent's own, those of their mailboxes, and everybody's; most used first. */
export async function listSavedReplyRows(
  db: Db,
  whose: { agentId: number; mailboxIds: 'all' | readonly number[] },
): Promise<SavedReplyRow[]> {
  const mailboxIds = whose.mailboxIds === 'all' ? null : [...whose.mailboxIds]
  const { rows } = await sql<SavedReplyRow>`
    select ${columns} from saved_reply r left join mailbox b on b.id = r.mailbox_id
    where (r.scope = 'all' or (r.scope = 'mine' and r.owner_id = ${whose.agentId}) or (
      r.scope = 'mailbox' and b.removed_at is null
        and (${mailboxIds}::bigint[] is null or r.mailbox_id = any(${mailboxIds}::bigint[]))))
    order by r.use_count desc, r.name, r.id`.execute(db)
  return rows
}

/** One by key. */
export async function findSavedReplyRow(db: Db, id: number): Promise<SavedReplyRow | undefined> {
  const { rows } = await sql<SavedReplyRow>`select ${columns} from saved_reply r where r.id = ${id}`.execute(
    db,
  )
  return rows[0]
}

/** Enters one with its texts. */
export async function insertSavedReply(tx: Tx, ownerId: number, content: SavedReplyContent): Promise<number> {
  const { id } = await tx
    .insertInto('saved_reply')
    .values({ owner_id: ownerId, ...columnsOf(content) })
    .returning('id')
    .executeTakeFirstOrThrow()
  await insertTexts(tx, id, content.texts)
  return id
}

/** Writes one anew, with its texts. */
export async function updateSavedReply(tx: Tx, id: number, content: SavedReplyContent): Promise<void> {
  await tx
    .updateTable('saved_reply')
    .set({ ...columnsOf(content), changed_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
  await tx.deleteFrom('saved_reply_text').where('saved_reply_id', '=', id).execute()
  await insertTexts(tx, id, content.texts)
}

/** Deletes one that was never used; false for one that was. */
export async function deleteUnused(tx: Tx, id: number): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('saved_reply')
    .where('id', '=', id)
    .where('use_count', '=', 0)
    .executeTakeFirst()
  return numDeletedRows === 1n
}

/** Takes one out of what is offered, or back into it. */
export async function setArchived(
  tx: Tx,
  id: number,
  { isArchived }: { isArchived: boolean },
): Promise<void> {
  const at = isArchived ? sql<Date>`coalesce(archived_at, clock_timestamp())` : null
  await tx.updateTable('saved_reply').set({ archived_at: at }).where('id', '=', id).execute()
}

/** One more use. */
export async function countUse(db: Db, id: number): Promise<void> {
  await db
    .updateTable('saved_reply')
    .set({ use_count: sql<number>`use_count + 1`, last_used_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute()
}

/** The name of a ticket's customer; null where nobody gave one. */
export async function findCustomerName(db: Db, ticketId: number): Promise<string | null> {
  const row = await db
    .selectFrom('ticket')
    .innerJoin('customer', 'customer.id', 'ticket.customer_id')
    .select('customer.name')
    .where('ticket.id', '=', ticketId)
    .executeTakeFirst()
  return row?.name ?? null
}

function columnsOf({ scope, mailboxId, name, folder }: SavedReplyContent) {
  return { scope, mailbox_id: mailboxId, name, folder }
}

async function insertTexts(tx: Tx, id: number, texts: readonly SavedReplyText[]): Promise<void> {
  const rows = texts.map(({ language, body }) => ({ saved_reply_id: id, language, body }))
  await tx.insertInto('saved_reply_text').values(rows).execute()
}
