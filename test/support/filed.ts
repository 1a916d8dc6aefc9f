import type { Db } from '../../src/db/database.ts'

/** What filing left behind, read from the tables. */
export type FiledReader = ReturnType<typeof readFiled>

/** Readers of one database; each throws when the row is not there. */
export function readFiled(db: Db) {
  return {
    row: async (id: number | undefined) =>
      await db
        .selectFrom('mail_instance')
        .selectAll()
        .where('id', '=', id ?? 0)
        .executeTakeFirstOrThrow(),
    message: async (rowId: number | undefined) =>
      await db
        .selectFrom('mail_instance')
        .innerJoin('message', 'message.id', 'mail_instance.message_id')
        .selectAll('message')
        .where('mail_instance.id', '=', rowId ?? 0)
        .executeTakeFirstOrThrow(),
    ticket: async (id: number) =>
      await db.selectFrom('ticket').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    participants: async (ticketId: number) => {
      const query = db.selectFrom('participant').selectAll().where('ticket_id', '=', ticketId)
      return Object.fromEntries((await query.execute()).map(row => [row.address, row.kind]))
    },
    events: async (ticketId: number) => {
      const query = db.selectFrom('ticket_event').selectAll().where('ticket_id', '=', ticketId).orderBy('id')
      return (await query.execute()).map(row => row.kind)
    },
    /** How many tickets there are, and the messages in each, as sorted counts. */
    ticketSizes: async () => {
      const rows = await db.selectFrom('ticket').select('message_count').orderBy('message_count').execute()
      return rows.map(row => row.message_count)
    },
  }
}
