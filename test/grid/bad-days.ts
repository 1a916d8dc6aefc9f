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
  /** Hours pass for what is erased: its bytes are freed and their packs are quiet, whoever held them; a job begins at once. */
  letBytesAge: () => Promise<void>
  /** Whether the pack that the raw bytes of a message lay in is emptied; undefined while the database is away. */
  isEmptied: (pack: string) => Promise<boolean | undefined>
  packOf: (messageId: number) => Promise<string>
  newestInstance: () => Promise<number>
}

const TABLES = [
  'blob',
  'mail_instance',
  'folder',
  'message',
  'ticket_event',
  'outbox',
  'outbox_recipient',
  'erased_ticket',
  'spent_pack',
]

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

const letBytesAge = `
  with old as (
    update blob set created_at = least(created_at, clock_timestamp() - interval '2 hours'),
      wanted_at = clock_timestamp() - interval '2 hours' where id in (select blob_id from loose_blob)
  ), quiet as (
    update spent_pack set since = clock_timestamp() - interval '7 hours', claimed_until = null,
      retired_at = clock_timestamp() - interval '2 hours' where emptied_at is null
  )
  select graphile_worker.add_job('free_blobs', '{}'::json, job_key => 'free_blobs', job_key_mode => 'preserve_run_at')`

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
    letBytesAge: () =>
      readValue(url, letBytesAge).then(
        () => undefined,
        () => undefined, // the database is away: the caller comes back
      ),
    isEmptied: async pack => {
      const sql = 'select count(*)::int as n from spent_pack where pack = $1 and emptied_at is not null'
      return await readNumber(url, sql, [pack]).then(
        count => count > 0,
        () => undefined,
      )
    },
    packOf: messageId =>
      readValue<string>(
        url,
        `select split_part(place, ':', 2) as n from blob join message on raw_blob_id = blob.id where message.id = $1`,
        [messageId],
      ),
    newestInstance: () => readNumber(url, 'select max(id)::int as n from instance'),
  }
}

function superuserUrlOf(database: PostgresServer): string {
  const url = new URL(database.superuserUrl)
  url.pathname = `/${templateName}`
  return url.href
}

async function readNumber(url: string, sql: string, values: unknown[] = []): Promise<number> {
  return (await readValue<number | null>(url, sql, values)) ?? 0
}

/** The column `n` of the first row. */
async function readValue<Value>(url: string, sql: string, values: unknown[] = []): Promise<Value> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined) // it goes with the database: the query says so
  await client.connect()
  try {
    const { rows } = await client.query<{ n: Value }>(sql, values)
    return rows[0]?.n as Value
  } finally {
    await client.end()
  }
}
