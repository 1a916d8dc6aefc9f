import type { Client } from 'pg'
import type { PartWords } from './seed-words.ts'

/** Texts the made-up mails are put together from, with their words. */
export type SeedText = { language: string; n: number; subject: string; text: string }

/** Who writes: `n` from 0 on. */
export type SeedCustomer = { n: number; name: string; language: string }

const sharedTables = `
  set statement_timeout = 0; set lock_timeout = '10s'; set idle_in_transaction_session_timeout = 0;
  set temp_buffers = '128MB'; set work_mem = '64MB'; set maintenance_work_mem = '512MB'; set synchronous_commit = off;
  create function pg_temp.share(n bigint, salt bigint) returns double precision immutable language sql
    return (hashint8extended(n, salt) & 1048575) / 1048576.0::double precision;
  create temp table seed_text (language text, n integer, subject text, text text, words tsvector,
    subject_words tsvector, answer_words tsvector, primary key (language, n));
  create temp table seed_mailbox (n integer primary key, id bigint, address text, from_words tsvector, to_words tsvector);
  create temp table seed_agent (n integer primary key, id bigint, name text, from_words tsvector);
  create temp table seed_tag (n integer primary key, id bigint, name text);
  create temp table seed_customer (n integer primary key, id bigint, name text, address text, language text,
    from_words tsvector, to_words tsvector)`

/** Makes the session's own tables; `pg_temp.share` gives 0 to below 1, always the same for the same numbers. */
export async function createSeedTables(
  client: Client,
  texts: readonly SeedText[],
  words: PartWords,
): Promise<void> {
  await client.query(sharedTables)
  await client.query(
    `insert into seed_text
     select language, n, subject, text, words::tsvector, "subjectWords"::tsvector, "answerWords"::tsvector
     from json_to_recordset($1::json) as (language text, n integer, subject text, text text, words text,
       "subjectWords" text, "answerWords" text)`,
    [
      JSON.stringify(
        texts.map(one => ({
          ...one,
          words: words.ofText(one.text, one.language),
          subjectWords: words.ofSubject(one.subject, one.language),
          answerWords: words.ofSubject(`Re: ${one.subject}`, one.language),
        })),
      ),
    ],
  )
}

/** Connected mailboxes that no seed made. */
export async function countRealMailboxes(client: Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from mailbox where removed_at is null and imap_host is distinct from 'imap.seed.invalid'`,
  )
  return rows[0]?.count ?? 0
}

/** Enters 20 paused mailboxes, so that nothing tries to reach their servers; those of a former seed stay. */
export async function insertSeedMailboxes(
  client: Client,
  names: readonly string[],
  words: PartWords,
): Promise<void> {
  await client.query(
    `insert into mailbox (kind, name, address, colour, state, state_at, imap_host, imap_port, imap_security,
       smtp_host, smtp_port, smtp_security, username)
     select 'imap', initcap(word), word || '@seed.invalid', 1 + n % 6, 'paused', clock_timestamp(),
       'imap.seed.invalid', 993, 'tls', 'smtp.seed.invalid', 465, 'tls', word || '@seed.invalid'
     from unnest($1::text[]) with ordinality as given (word, n)
     on conflict (address) do nothing`,
    [names],
  )
  const { rows } = await client.query<{ n: number; address: string }>(
    `insert into seed_mailbox select row_number() over (order by id) - 1, id, address from mailbox
     where imap_host = 'imap.seed.invalid' and removed_at is null returning n, address`,
  )
  for (const { n, address } of rows) {
    await client.query(
      `update seed_mailbox set from_words = $2::tsvector, to_words = $3::tsvector
       where n = $1`,
      [n, words.ofSender(null, address), words.ofRecipient(null, address)],
    )
  }
}

/** Enters a dozen agents without a password, each with a part of the mailboxes; tickets go to all active agents. */
export async function insertSeedAgents(
  client: Client,
  given: { names: readonly string[]; seed: number; words: PartWords },
): Promise<void> {
  await client.query(
    `insert into agent (email, name, role, state, language)
     select lower(name) || '@seed.invalid', name, 'agent', 'active', (array['en', 'bg', 'ru', 'pl'])[1 + n % 4]
     from unnest($1::text[]) with ordinality as given (name, n)
     on conflict (email) do nothing`,
    [given.names],
  )
  const { rows } = await client.query<{ n: number; name: string }>(
    `insert into seed_agent select row_number() over (order by id) - 1, id, name from agent
     where state = 'active' returning n, name`,
  )
  for (const { n, name } of rows) {
    await client.query(`update seed_agent set from_words = $2::tsvector where n = $1`, [
      n,
      given.words.ofSender(name, ''),
    ])
  }
  await client.query(
    `insert into agent_mailbox (agent_id, mailbox_id)
     select agent.id, mailbox.id from agent, seed_mailbox mailbox
     where agent.email like '%@seed.invalid' and pg_temp.share(agent.id * 100 + mailbox.n + $1::bigint, 1) < 0.4
     on conflict do nothing`,
    [given.seed],
  )
}

/** Enters tags; those that exist are used. */
export async function insertSeedTags(client: Client, names: readonly string[]): Promise<void> {
  await client.query(`insert into tag (name) select unnest($1::text[]) on conflict (name) do nothing`, [
    names,
  ])
  await client.query(
    `insert into seed_tag select row_number() over (order by id) - 1, id, name from tag where name = any($1::text[])`,
    [names],
  )
}

/** Takes ids for so many customers. @returns the first one; the others follow it */
export async function takeCustomerIds(client: Client, count: number): Promise<number> {
  const { rows } = await client.query<{ first: string }>(
    `select min(id) as first from (
       select nextval(pg_get_serial_sequence('customer', 'id')) as id from generate_series(1, $1::integer)) taken`,
    [count],
  )
  return Number(rows[0]?.first)
}

/** Remembers customers with an address each and its words. */
export async function drawCustomers(
  client: Client,
  customers: readonly SeedCustomer[],
  firstId: number,
  words: PartWords,
): Promise<void> {
  const rows = customers.map(({ n, name, language }) => {
    const address = `${name.split(' ')[0]?.toLowerCase()}${firstId + n}@customer.invalid`
    const fromWords = words.ofSender(name, address)
    return {
      n,
      id: firstId + n,
      name,
      address,
      language,
      fromWords,
      toWords: words.ofRecipient(name, address),
    }
  })
  await client.query(
    `insert into seed_customer
     select n, id, name, address, language, "fromWords"::tsvector, "toWords"::tsvector
     from json_to_recordset($1::json) as (n integer, id bigint, name text, address text, language text,
       "fromWords" text, "toWords" text)`,
    [JSON.stringify(rows)],
  )
}

/** Enters the drawn customers. */
export async function insertSeedCustomers(client: Client): Promise<void> {
  await client.query(
    `insert into customer (id, name, language) overriding system value
     select id, name, language from seed_customer order by id`,
  )
  await client.query(`insert into customer_address select address, id from seed_customer order by address`)
  await client.query(`analyze seed_text, seed_mailbox, seed_agent, seed_tag, seed_customer`)
}
