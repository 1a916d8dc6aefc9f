import pg from 'pg'
import { type PostgresServer, runSql, templateName } from '../support/postgres-server.ts'

/** What the database does to the nodes beyond going away. */
export type BadDays = {
  /** For so long no commit of ours that wrote one of the tables of mail goes through: 53100, as with a full disk. */
  beFull: (forMs: number) => Promise<void>
  /** Refuses to file a mail with that word in its subject, with that SQLSTATE, until `relent`. */
  refuse: (word: string, code: string) => Promise<void>
  relent: () => Promise<void>
  /** Makes a node look dead: its heartbeat is a minute old, its leases have run out. */
  age: (instanceId: number) => Promise<void>
  /** Copies to Sent that nobody took yet are due now; `all`: also those in hands, as when their five minutes are over. */
  hurryCopies: (which: 'new' | 'all') => Promise<void>
  newestInstance: () => Promise<number>
}

const TABLES = ['blob', 'mail_instance', 'folder', 'message', 'ticket_event', 'outbox', 'outbox_recipient']

// Deferred: refused at the commit, so also where nothing is written between the failpoint and it.
const setUp = `
  create table grid_full (ends_at timestamptz not null);
  create table grid_refusal (word text not null, code text not null);
  create function grid_no_space() returns trigger language plpgsql security definer as $$ begin
    if exists (select from public.grid_full where ends_at > clock_timestamp()) then
      raise exception 'could not extend file: No space left on device' using errcode = '53100';
    end if;
    return null;
  end $$;
  create function grid_refuse() returns trigger language plpgsql security definer as $$ declare found text; begin
    select code into found from public.grid_refusal where position(word in new.subject) > 0;
    if found is not null then raise exception 'refused by the grid' using errcode = found; end if;
    return new;
  end $$;
  create trigger grid_refuse before insert on message for each row execute function grid_refuse();
  ${TABLES.map(
    table => `create constraint trigger grid_no_space after insert or update on ${table}
      deferrable initially deferred for each row execute function grid_no_space();`,
  ).join('\n')}`

/** Prepares the nodes' database; the triggers do nothing until they are asked to. */
export async function openBadDays(database: PostgresServer): Promise<BadDays> {
  const url = superuserUrlOf(database)
  const run = (sql: string) => runSql(url, sql)
  await run(setUp)
  return {
    beFull: forMs =>
      run(`insert into grid_full values (clock_timestamp() + interval '${forMs} milliseconds')`),
    refuse: (word, code) => run(`insert into grid_refusal values ('${word}', '${code}')`),
    relent: () => run('delete from grid_refusal'),
    age: id =>
      run(`update instance set alive_at = clock_timestamp() - interval '1 minute' where id = ${id};
        update mailbox_lease set expires_at = '-infinity' where instance_id = ${id}`),
    hurryCopies: which =>
      run(`update outbox set sent_copy_due_at = clock_timestamp()
        where sent_copy = 'due' and state = 'accepted' and (sent_copy_attempts = 0 or ${which === 'all'})`),
    newestInstance: () => readNumber(url, 'select max(id)::int as n from instance'),
  }
}

function superuserUrlOf(database: PostgresServer): string {
  const url = new URL(database.superuserUrl)
  url.pathname = `/${templateName}`
  return url.href
}

async function readNumber(url: string, sql: string): Promise<number> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ n: number }>(sql)
    return rows[0]?.n ?? 0
  } finally {
    await client.end()
  }
}
