-- Why:   tickets, their messages and notes, the history, the live feed and the ledger of mail.
-- Locks: new tables only.
-- Old code during a rolling start: there is none.

create sequence ticket_number as bigint;

create table ticket (
  id bigint generated always as identity primary key,
  number bigint not null unique default nextval('ticket_number'),
  mailbox_id bigint not null references mailbox,
  customer_id bigint references customer,
  subject text not null,
  state text collate "C" not null check (state in ('open', 'waiting', 'closed', 'spam')),
  assignee_id bigint references agent,
  reply_key uuid not null unique default gen_random_uuid(),
  version bigint not null default 1,
  snippet text not null default '',
  message_count integer not null default 0,
  last_message_at timestamptz not null,
  waiting_since timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz
);
alter sequence ticket_number owned by ticket.number;
create index ticket_recent on ticket (last_message_at desc, id desc);
create index ticket_mailbox_state on ticket (mailbox_id, state, last_message_at desc, id desc);
create index ticket_assignee on ticket (assignee_id, state, last_message_at desc, id desc);
create index ticket_open on ticket (mailbox_id, last_message_at desc, id desc) where state in ('open', 'waiting');
create index ticket_unassigned on ticket (mailbox_id, last_message_at desc, id desc)
  where state in ('open', 'waiting') and assignee_id is null;
create index ticket_customer on ticket (customer_id, last_message_at desc);

create table tag (
  id bigint generated always as identity primary key,
  name text collate "C" not null unique
);

create table ticket_tag (
  ticket_id bigint not null references ticket on delete cascade,
  tag_id bigint not null references tag,
  primary key (ticket_id, tag_id)
);
create index ticket_tag_tag on ticket_tag (tag_id);

-- Nothing but the key is unique here, so that the table can be partitioned by id one day; equality of
-- mails is mail_key's business, of ids thread_ref's.
create table message (
  id bigint generated always as identity primary key,
  uuid uuid not null default gen_random_uuid(),
  ticket_id bigint not null references ticket,
  mailbox_id bigint not null references mailbox,
  direction text collate "C" not null check (direction in ('inbound', 'outbound')),
  received_at timestamptz not null,
  kind text collate "C" not null,
  from_name text,
  from_address text collate "C",
  to_addresses jsonb not null default '[]',
  cc_addresses jsonb not null default '[]',
  bcc_addresses jsonb not null default '[]',
  reply_to_addresses jsonb not null default '[]',
  subject text not null,
  snippet text not null,
  internet_message_id text collate "C",
  sent_at timestamptz,
  author_id bigint references agent,
  customer_id bigint references customer,
  is_newcomer boolean not null default false,
  placed_by text collate "C" not null,
  placed_by_message_id bigint references message,
  defects text[] not null default '{}',
  raw_blob_id bigint references blob,
  reader_version smallint not null default 0
);
create index message_ticket on message (ticket_id, received_at, id);
create index message_raw_blob on message (raw_blob_id);

create table message_body (
  message_id bigint primary key references message,
  text text not null,
  visible_text text not null
);

-- A cache, served only in its current version, otherwise made again from raw.
create table message_html (
  message_id bigint primary key references message,
  version smallint not null,
  html text not null
);

-- blob_id is null for what came in: its bytes are read from the raw mail by part_index.
create table attachment (
  id bigint generated always as identity primary key,
  message_id bigint not null references message,
  part_index integer not null,
  filename text not null,
  content_type text collate "C" not null,
  size_bytes bigint not null,
  content_id text collate "C",
  is_inline boolean not null default false,
  blob_id bigint references blob
);
create index attachment_message on attachment (message_id, part_index);
create index attachment_blob on attachment (blob_id);

-- A file an agent chose before sending; it becomes an attachment when the reply is sent.
create table upload (
  id uuid primary key default gen_random_uuid(),
  agent_id bigint not null references agent,
  filename text not null,
  content_type text collate "C" not null,
  size_bytes bigint not null,
  blob_id bigint not null references blob,
  created_at timestamptz not null default clock_timestamp()
);
create index upload_created on upload (created_at);

-- Who belongs to a ticket's exchange. A newcomer wrote into it without having been addressed before.
create table participant (
  ticket_id bigint not null references ticket on delete cascade,
  address text collate "C" not null,
  kind text collate "C" not null check (kind in ('customer', 'copied', 'newcomer')),
  since timestamptz not null default clock_timestamp(),
  primary key (ticket_id, address)
);

-- Text agents see and no customer ever does: its own table, so that nothing that gathers mail can pick it up.
create table note (
  id bigint generated always as identity primary key,
  ticket_id bigint not null references ticket,
  author_id bigint not null references agent,
  text text not null,
  created_at timestamptz not null default clock_timestamp()
);
create index note_ticket on note (ticket_id, created_at, id);

create table ticket_event (
  id bigint generated always as identity primary key,
  ticket_id bigint not null references ticket,
  at timestamptz not null default clock_timestamp(),
  kind text collate "C" not null,
  agent_id bigint references agent,
  message_id bigint references message,
  note_id bigint references note,
  data jsonb not null default '{}'
);
create index ticket_event_ticket on ticket_event (ticket_id, at, id);

-- Hints for screens ("ticket 7 is at version 12"), no content; a partition a day, dropped after two days.
create table live_event (
  id bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  mailbox_id bigint not null,
  ticket_id bigint not null,
  kind text collate "C" not null,
  version bigint not null,
  primary key (at, id)
) partition by range (at);
create index live_event_xid on live_event (xid);
create table live_event_rest partition of live_event default;

create table folder (
  id bigint generated always as identity primary key,
  mailbox_id bigint not null references mailbox,
  path text collate "C" not null,
  role text collate "C" not null check (role in ('inbox', 'sent', 'junk', 'other')),
  uid_validity bigint,
  cursor_uid bigint not null default 0,
  synced_at timestamptz,
  unique (mailbox_id, path)
);

-- One row accounts for every UID below the chosen start of one generation of a folder.
create table folder_range (
  folder_id bigint not null references folder,
  uid_validity bigint not null,
  below_uid bigint not null,
  mail_count bigint not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (folder_id, uid_validity)
);

-- The ledger: one row for each UID the server ever showed us, and the work item of filing.
create table mail_instance (
  id bigint generated always as identity primary key,
  mailbox_id bigint not null references mailbox,
  folder_id bigint not null references folder,
  uid_validity bigint not null,
  uid bigint not null,
  internet_message_id text collate "C",
  server_id text collate "C",
  received_at timestamptz not null,
  size_bytes bigint,
  raw_blob_id bigint references blob,
  lane smallint not null check (lane in (0, 1)),
  state text collate "C" not null check (
    state in ('stored', 'filed', 'same', 'own', 'ignored', 'quarantined', 'too_large', 'gone', 'erased')),
  reason text collate "C",
  same_as_id bigint references mail_instance,
  message_id bigint references message,
  attempts smallint not null default 0,
  claimed_by bigint references instance,
  claim_no bigint,
  stored_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  unique (folder_id, uid_validity, uid)
);
create index mail_instance_due on mail_instance (mailbox_id, lane, id) where state = 'stored';
create index mail_instance_sent on mail_instance (mailbox_id, internet_message_id) where state = 'ignored';
create index mail_instance_quarantined on mail_instance (mailbox_id, id) where state in ('quarantined', 'too_large');
create index mail_instance_message on mail_instance (message_id);
create index mail_instance_raw_blob on mail_instance (raw_blob_id);
create sequence claim_number as bigint;

-- The only guard against doubling; it outlives the message it names.
create table mail_key (
  mailbox_id bigint not null references mailbox,
  key bytea not null,
  message_id bigint,
  primary key (mailbox_id, key)
);

-- Every id a mail is or mentions, resolved to a message and never to a ticket. 16 bytes of SHA-256 of the id.
create table thread_ref (
  mailbox_id bigint not null references mailbox,
  ref uuid not null,
  message_id bigint not null references message,
  owned boolean not null,
  primary key (mailbox_id, ref)
);
create index thread_ref_message on thread_ref (message_id);
