import type { Client } from 'pg'
import type { LoosePartition } from './seed-indexes.queries.ts'

/** A run of tickets, numbered 1 to `total` from the oldest on; the newest come `until` then. */
export type SeedChunk = { first: number; last: number; total: number; seed: number; until: Date }

/** The order number in the subject of a ticket, with its words as a subject. */
export type SeedOrder = { n: number; code: string; words: string }

/**
 * Draws what a chunk of tickets is like. Two years of mail: old tickets are closed, of the last weeks'
 * about half are open or waiting; 2 % are spam; few mailboxes get most of the mail; five messages on
 * average. A waiting ticket ends with our message, an open one with the customer's.
 */
export async function drawTickets(
  client: Client,
  chunk: SeedChunk,
  orders: readonly SeedOrder[],
): Promise<void> {
  await client.query(`drop table if exists seed_ticket, seed_message, seed_order`)
  await client.query(
    `create temp table seed_order as select n, code, words::tsvector as words
     from json_to_recordset($1::json) as (n integer, code text, words text)`,
    [JSON.stringify(orders)],
  )
  await client.query(
    `create temp table seed_ticket as
     with aged as (
       select n, n + $4::bigint * 1000003 as key, 730 * pow(1 - (n - 0.5) / $3::integer, 1.2) as age_days
       from generate_series($1::integer, $2::integer) n
     ), stated as (
       select aged.*, case
         when pg_temp.share(key, 10) < 0.02 then 'spam'
         when pg_temp.share(key, 11) < 0.01 + 0.4 * exp(-age_days / 25) then 'open'
         when pg_temp.share(key, 11) < 0.015 + 0.6 * exp(-age_days / 25) then 'waiting'
         else 'closed' end as state,
         least(60, 1 + floor(-ln(1 - pg_temp.share(key, 12)) * 4.4))::integer as drawn_count
       from aged
     ), counted as (
       select stated.*, case state when 'spam' then 1 when 'open' then drawn_count + 1 - drawn_count % 2
         when 'waiting' then drawn_count + drawn_count % 2 else drawn_count end as message_count
       from stated
     ), placed as materialized (
       select counted.*,
         floor(pow(pg_temp.share(key, 15), 2) * (select count(*) from seed_mailbox))::integer as mailbox_n,
         floor(pg_temp.share(key, 16) * (select count(*) from seed_customer))::integer as customer_n,
         floor(pg_temp.share(key, 17) * (select count(*) from seed_agent))::integer as agent_n,
         floor(pg_temp.share(key, 18) * (select count(*) from seed_text where language = 'en'))::integer as subject_n
       from counted)
     select nextval(pg_get_serial_sequence('ticket', 'id')) as id, placed.n, key, state, message_count,
       mailbox.id as mailbox_id, mailbox.address as mailbox_address,
       customer.id as customer_id, customer.name as customer_name, customer.address as customer_address,
       customer.language, first_text.subject || ' ' || orders.code as subject,
       subject_n, mailbox_n, customer_n, agent_n,
       $5::timestamptz - age_days * interval '1 day' as created_at,
       least(age_days, 6) * pg_temp.share(key, 13) / message_count * interval '1 day' as gap,
       case when pg_temp.share(key, 14) < case state when 'spam' then 0 when 'open' then 0.5 else 0.92 end
         then agent.id end as assignee_id,
       agent.id as answering_id, agent.name as answering_name
     from placed
       join seed_order orders on orders.n = placed.n
       join seed_mailbox mailbox on mailbox.n = mailbox_n
       join seed_customer customer on customer.n = customer_n
       join seed_agent agent on agent.n = agent_n
       join seed_text first_text on first_text.language = customer.language and first_text.n = subject_n
     order by placed.n`,
    [chunk.first, chunk.last, chunk.total, chunk.seed, chunk.until.toISOString()],
  )
  await client.query(
    `create temp table seed_message as
     select nextval(pg_get_serial_sequence('message', 'id')) as id, ticket.id as ticket_id, k,
       ticket.key * 64 + k as key, case when k % 2 = 1 then 'inbound' else 'outbound' end as direction,
       created_at + (k - 1) * gap as received_at, k = message_count as is_last, ticket.language,
       floor(pg_temp.share(ticket.key * 64 + k, 20) * texts.count)::integer as text_n
     from seed_ticket ticket
       join (select language, count(*) as count from seed_text group by language) texts
         on texts.language = ticket.language
       cross join lateral generate_series(1, ticket.message_count) k
     order by ticket.n, k`,
  )
  await client.query(`analyze seed_ticket, seed_message`)
}

const ticketRows = `
  insert into ticket (id, mailbox_id, customer_id, subject, state, assignee_id, version, snippet, message_count,
    last_message_at, waiting_since, created_at, closed_at) overriding system value
  select t.id, mailbox_id, customer_id, t.subject, state, assignee_id, message_count + 1, left(body.text, 200),
    message_count, m.received_at, case when state = 'open' then m.received_at end, created_at,
    case when state = 'closed' then least(m.received_at + interval '3 hours', clock_timestamp()) end
  from seed_ticket t join seed_message m on m.ticket_id = t.id and m.is_last
    join seed_text body on body.language = m.language and body.n = m.text_n order by t.id`

const messageRows = `
  insert into message (id, ticket_id, mailbox_id, direction, received_at, kind, from_name, from_address,
    to_addresses, subject, snippet, language, internet_message_id, sent_at, author_id, customer_id, placed_by,
    placed_by_message_id) overriding system value
  select m.id, t.id, mailbox_id, direction, m.received_at, 'person',
    case when is_inbound then customer_name else answering_name end,
    case when is_inbound then customer_address else mailbox_address end,
    jsonb_build_array(case when is_inbound then jsonb_build_object('name', null, 'address', mailbox_address)
      else jsonb_build_object('name', customer_name, 'address', customer_address) end),
    case when k = 1 then t.subject else 'Re: ' || t.subject end, left(body.text, 200), m.language,
    'seed-' || m.id || '@seed.invalid', m.received_at, case when not is_inbound then answering_id end,
    case when is_inbound then customer_id end,
    case when not is_inbound then 'agent-reply' when k = 1 then 'no-ancestor' else 'in-reply-to' end,
    case when is_inbound and k > 1 then m.id - 1 end
  from seed_message m cross join lateral (select direction = 'inbound' as is_inbound) d
    join seed_ticket t on t.id = m.ticket_id
    join seed_text body on body.language = m.language and body.n = m.text_n order by m.id`

const bodyRows = `
  insert into message_body (message_id, text, visible_text)
  select m.id, case when m.k = 1 then body.text else body.text || E'\\n\\n> ' || quoted.text end, body.text
  from seed_message m join seed_text body on body.language = m.language and body.n = m.text_n
    left join seed_message former on former.ticket_id = m.ticket_id and former.k = m.k - 1
    left join seed_text quoted on quoted.language = former.language and quoted.n = former.text_n
  order by m.id`

/** A reply in 400 was refused; where nothing followed, its ticket shows that in lists. */
const outboxRows = `
  insert into outbox (message_id, mailbox_id, state, due_at, lane, attempts, queued_at, settled_at, reply_code,
    reply_text, sent_copy, bytes_blob_id)
  select m.id, mailbox_id, case when is_refused then 'failed' else 'accepted' end, m.received_at, 0, 1,
    m.received_at, m.received_at, case when is_refused then 550 else 250 end,
    case when is_refused then '550 5.1.1 No such user' else '250 2.0.0 Ok' end,
    case when is_refused then 'none' else 'done' end, $1::bigint
  from seed_message m cross join lateral (select pg_temp.share(m.key, 22) < 0.0025 as is_refused) d
    join seed_ticket t on t.id = m.ticket_id where direction = 'outbound' order by m.id`

const recipientRows = `
  insert into outbox_recipient (message_id, address, state, reply_code, reply_text, settled_at)
  select o.message_id, customer_address, o.state, o.reply_code, o.reply_text, o.settled_at
  from seed_message m join seed_ticket t on t.id = m.ticket_id join outbox o on o.message_id = m.id
  order by m.id`

const participantRows = `
  insert into participant (ticket_id, address, kind, since)
  select id, customer_address, 'customer', created_at from seed_ticket order by id`

const tagRows = `
  insert into ticket_tag (ticket_id, tag_id)
  select distinct t.id, tag.id from seed_ticket t cross join generate_series(1, 2) k
    join seed_tag tag on tag.n = floor(pow(pg_temp.share(t.key, 30 + k), 2) * (select count(*) from seed_tag))
  where pg_temp.share(t.key, 40 + k) < 0.3`

const noteRows = `
  with written as (
    insert into note (ticket_id, author_id, text, created_at)
    select id, answering_id, $1::text, created_at + gap / 2 from seed_ticket
    where pg_temp.share(key, 50) < 0.15 order by id returning id, ticket_id, created_at)
  insert into seed_note select id, ticket_id, created_at from written`

const eventRows = `
  insert into ticket_event (ticket_id, at, kind, agent_id, message_id, data)
  select ticket_id, at, kind, agent_id, message_id, data from (
    select m.ticket_id, m.received_at as at, case when direction = 'outbound' then 'reply_queued'
      when k = 1 then 'ticket_opened' else 'message_received' end as kind,
      case when direction = 'outbound' then answering_id end as agent_id, m.id as message_id, '{}'::jsonb as data
    from seed_message m join seed_ticket t on t.id = m.ticket_id
    union all
    select id, created_at + gap / 3, 'assigned', assignee_id, null,
      jsonb_build_object('from', null, 'to', assignee_id) from seed_ticket where assignee_id is not null
    union all
    select id, created_at + gap * message_count, 'state_changed', answering_id, null,
      jsonb_build_object('from', 'open', 'to', state) from seed_ticket where state <> 'open') happened
  order by ticket_id, at`

// What the product makes of the whole message is what its parts have together, in its order.
const messageWordRows = `
  select m.received_at, m.id as message_id, null::bigint as note_id, t.id as ticket_id,
    case when k = 1 then first_text.subject_words else first_text.answer_words end || orders.words ||
    case when direction = 'inbound' then customer.from_words || mailbox.to_words
      else agent.from_words || mailbox.from_words || customer.to_words end || body.words ||
    array_to_tsvector(array['m:' || mailbox_id, case when direction = 'inbound' then 'k:received' else 'k:sent' end])
      as words
  from seed_message m join seed_ticket t on t.id = m.ticket_id
    join seed_text body on body.language = m.language and body.n = m.text_n
    join seed_order orders on orders.n = t.n
    join seed_text first_text on first_text.language = t.language and first_text.n = t.subject_n
    join seed_customer customer on customer.n = t.customer_n join seed_mailbox mailbox on mailbox.n = t.mailbox_n
    join seed_agent agent on agent.n = t.agent_n`

const noteWordRows = `
  select n.created_at, null, n.id, n.ticket_id,
    $3::tsvector || array_to_tsvector(array['m:' || t.mailbox_id, 'k:note'])
  from seed_note n join seed_ticket t on t.id = n.ticket_id`

/** Words of a chunk, for the partitions its messages lie in; each is a table of its own meanwhile. */
export type WordWish = { partitions: readonly LoosePartition[]; version: number; ofNote: string }

/** What every note of the seed says. */
export const SEED_NOTE = 'Asked the warehouse.'

/**
 * Writes a drawn chunk into every table a ticket has a part in.
 *
 * @param bytesBlobId what each reply's bytes are said to be
 */
export async function insertDrawnTickets(
  client: Client,
  { bytesBlobId, words }: { bytesBlobId: number; words: WordWish },
): Promise<void> {
  for (const rows of [ticketRows, messageRows, bodyRows]) await client.query(rows)
  await client.query(outboxRows, [bytesBlobId])
  for (const rows of [recipientRows, participantRows, tagRows, eventRows]) await client.query(rows)
  await client.query(`drop table if exists seed_note`)
  await client.query(`create temp table seed_note (id bigint, ticket_id bigint, created_at timestamptz)`)
  await client.query(noteRows, [SEED_NOTE])
  await insertWords(client, words)
}

async function insertWords(client: Client, { partitions, version, ofNote }: WordWish): Promise<void> {
  const { rows } = await client.query<{ first: string; last: string }>(
    `select min(at)::text as first, max(at)::text as last from (
       select received_at as at from seed_message union all select created_at from seed_note) moments`,
  )
  const [{ first, last } = { first: '', last: '' }] = rows
  for (const { name, from, to } of partitions) {
    await client.query(
      `insert into ${name} (received_at, message_id, note_id, ticket_id, version, words, has_places)
       select received_at, message_id, note_id, ticket_id, $4::smallint, words, true from (
         ${messageWordRows} where m.received_at >= $1::timestamptz and m.received_at < $2::timestamptz
         union all
         ${noteWordRows} where n.created_at >= $1::timestamptz and n.created_at < $2::timestamptz) made
       where $1::timestamptz <= $6::timestamptz and $2::timestamptz > $5::timestamptz
       order by received_at`,
      [from, to, ofNote, version, first, last],
    )
  }
}

/** The tables a seed fills beside the index of words. */
export const SEEDED_TABLES: readonly string[] =
  'ticket message message_body outbox outbox_recipient participant ticket_tag note ticket_event customer customer_address'.split(
    ' ',
  )

/** What a database that has lived has: visibility maps and statistics. */
export async function settleTables(client: Client, partitions: readonly LoosePartition[]): Promise<void> {
  for (const table of [...SEEDED_TABLES, ...partitions.map(one => one.name)])
    await client.query(`vacuum (analyze) ${table}`)
}
