import { sql } from 'kysely'
import type { Db } from '../../src/db/database.ts'

// What nodes, sessions and budgets write of themselves, and the line under which an agent's action can be undone: it
// holds nothing where nothing was done.
const OF_ITS_OWN = ['instance', 'session', 'attempt_window', 'ticket_action']

/** Makes every table of ours note which rows are written from now on, in a table beside them. */
export async function watchWrites(db: Db): Promise<void> {
  await sql`create table write_seen (table_name text not null)`.execute(db)
  await sql`create function note_write() returns trigger language plpgsql as $$
    begin
      insert into write_seen values (tg_table_name);
      return null;
    end $$`.execute(db)
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and c.relname <> 'write_seen'`.execute(db)
  for (const { name } of rows) {
    if (OF_ITS_OWN.includes(name)) continue
    await sql`create trigger note_write after insert or update or delete on ${sql.table(name)}
      for each row execute function note_write()`.execute(db)
  }
}

/** The tables written since the last call, each once. */
export async function takeWrites(db: Db): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with taken as (delete from write_seen returning table_name)
    select distinct table_name as name from taken order by name`.execute(db)
  return rows.map(row => row.name)
}
