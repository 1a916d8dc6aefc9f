import type { PoolClient } from 'pg'

/** Texts the made-up mails are put together from. */
export type SeedText = { language: string; n: number; subject: string; text: string }

const sharedTables = `
  set temp_buffers = '64MB'; set work_mem = '64MB'; set synchronous_commit = off;
  create function pg_temp.share(n bigint, salt bigint) returns double precision immutable language sql
    return (hashint8extended(n, salt) & 1048575) / 1048576.0::double precision;
  create temp table seed_text (language text, n integer, subject text, text text, primary key (language, n));
  create temp table seed_mailbox (n integer primary key, id bigint, address text);
  create temp table seed_agent (n integer primary key, id bigint, name text);
  create temp table seed_tag (n integer primary key, id bigint, name text);
  create temp table seed_customer (n integer primary key, id bigint, name text, address text, language text)`

/** Makes the session's own tables; `pg_temp.share` gives 0 to below 1, always the same for the same numbers. */
export async function createSeedTables(client: PoolClient, texts: readonly SeedText[]): Promise<void> {
  await client.query(sharedTables)
  await client.query(
    `insert into seed_text select * from unnest($1::text[], $2::integer[], $3::text[], $4::text[])`,
    [texts.map(t => t.language), texts.map(t => t.n), texts.map(t => t.subject), texts.map(t => t.text)],
  )
}

/** Connected mailboxes that no seed made. */
export async function countRealMailboxes(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*) as count from mailbox where removed_at is null and imap_host is distinct from 'imap.seed.invalid'`,
  )
  return rows[0]?.count ?? 0
}

/** Enters 20 paused mailboxes, so that nothing tries to reach their servers; those of a former seed stay. */
export async function insertSeedMailboxes(client: PoolClient, words: readonly string[]): Promise<void> {
  await client.query(
    `insert into mailbox (kind, name, address, colour, state, state_at, imap_host, imap_port, imap_security,
       smtp_host, smtp_port, smtp_security, username)
     select 'imap', initcap(word), word || '@seed.invalid', 1 + n % 6, 'paused', clock_timestamp(),
       'imap.seed.invalid', 993, 'tls', 'smtp.seed.invalid', 465, 'tls', word || '@seed.invalid'
     from unnest($1::text[]) with ordinality as given (word, n)
     on conflict (address) do nothing`,
    [words],
  )
  await client.query(
    `insert into seed_mailbox select row_number() over (order by id) - 1, id, address from mailbox
     where imap_host = 'imap.seed.invalid' and removed_at is null`,
  )
}

/** Enters a dozen agents without a password, each with a part of the mailboxes; tickets go to all active agents. */
export async function insertSeedAgents(
  client: PoolClient,
  names: readonly string[],
  seed: number,
): Promise<void> {
  await client.query(
    `insert into agent (email, name, role, state, language)
     select lower(name) || '@seed.invalid', name, 'agent', 'active', (array['en', 'bg', 'ru', 'pl'])[1 + n % 4]
     from unnest($1::text[]) with ordinality as given (name, n)
     on conflict (email) do nothing`,
    [names],
  )
  await client.query(
    `insert into seed_agent select row_number() over (order by id) - 1, id, name from agent where state = 'active'`,
  )
  await client.query(
    `insert into agent_mailbox (agent_id, mailbox_id)
     select agent.id, mailbox.id from agent, seed_mailbox mailbox
     where agent.email like '%@seed.invalid' and pg_temp.share(agent.id * 100 + mailbox.n + $1::bigint, 1) < 0.4
     on conflict do nothing`,
    [seed],
  )
}

/** Enters tags; those that exist are used. */
export async function insertSeedTags(client: PoolClient, names: readonly string[]): Promise<void> {
  await client.query(`insert into tag (name) select unnest($1::text[]) on conflict (name) do nothing`, [
    names,
  ])
  await client.query(
    `insert into seed_tag select row_number() over (order by id) - 1, id, name from tag where name = any($1::text[])`,
    [names],
  )
}

/** Enters customers with one address each, and remembers them. */
export async function insertSeedCustomers(
  client: PoolClient,
  given: { count: number; names: readonly string[]; languages: readonly string[]; seed: number },
): Promise<void> {
  await client.query(
    `insert into seed_customer
     select n - 1, id, name, lower(split_part(name, ' ', 1)) || id || '@customer.invalid', language
     from (select n, nextval(pg_get_serial_sequence('customer', 'id')) as id,
       ($2::text[])[1 + floor(pg_temp.share(n + $4::bigint, 2) * cardinality($2::text[]))::integer] as name,
       ($3::text[])[1 + floor(pg_temp.share(n + $4::bigint, 3) * cardinality($3::text[]))::integer] as language
       from generate_series(1, $1::integer) n) drawn`,
    [given.count, given.names, given.languages, given.seed],
  )
  await client.query(
    `insert into customer (id, name, language) overriding system value
     select id, name, language from seed_customer order by id`,
  )
  await client.query(`insert into customer_address select address, id from seed_customer order by address`)
  await client.query(`analyze seed_text, seed_mailbox, seed_agent, seed_tag, seed_customer`)
}
