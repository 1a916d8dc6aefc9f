-- Why:   who answers, through which mailboxes, and who wrote.
-- Locks: new tables only.
-- Old code during a rolling start: there is none.

create table agent (
  id bigint generated always as identity primary key,
  email text collate "C" not null unique,
  name text not null,
  password_hash text,
  role text collate "C" not null check (role in ('owner', 'admin', 'agent')),
  state text collate "C" not null check (state in ('invited', 'active', 'deactivated')),
  language text collate "C" not null default 'en',
  time_zone text collate "C" not null default 'UTC',
  created_at timestamptz not null default clock_timestamp(),
  deactivated_at timestamptz
);

create table session (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  agent_id bigint not null references agent on delete cascade,
  csrf_token text collate "C" not null,
  user_agent text not null default '',
  address text collate "C" not null default '',
  created_at timestamptz not null default clock_timestamp(),
  seen_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);
create index session_agent on session (agent_id);

-- One-time links: first owner, invitation, password reset. Only the hash of the token is kept.
create table agent_link (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique,
  purpose text collate "C" not null check (purpose in ('setup', 'invitation', 'password-reset')),
  agent_id bigint references agent on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index agent_link_agent on agent_link (agent_id);

-- Counted attempts per key (an account, a network) and window; the count is taken before the answer.
create table attempt_window (
  key text collate "C" not null,
  window_start timestamptz not null,
  attempts integer not null,
  primary key (key, window_start)
);

create table mailbox (
  id bigint generated always as identity primary key,
  kind text collate "C" not null check (kind in ('imap', 'practice')),
  name text not null,
  address text collate "C" not null unique,
  aliases text[] not null default '{}',
  colour smallint not null default 1 check (colour between 1 and 6),
  state text collate "C" not null default 'active' check (state in ('active', 'paused')),
  state_code text collate "C",
  state_detail text,
  state_at timestamptz,
  imap_host text collate "C",
  imap_port integer,
  imap_security text collate "C" check (imap_security in ('tls', 'starttls')),
  smtp_host text collate "C",
  smtp_port integer,
  smtp_security text collate "C" check (smtp_security in ('tls', 'starttls')),
  username text collate "C",
  password_sealed bytea,
  password_key_id bigint references key_ring,
  signature text not null default '',
  acknowledges boolean not null default false,
  sent_copy text collate "C" not null default 'append' check (sent_copy in ('append', 'by_server', 'none')),
  uncertain_rule text collate "C" not null default 'ask' check (uncertain_rule in ('ask', 'repeat_once')),
  start_rule text collate "C" not null default 'now' check (start_rule in ('now', 'days')),
  start_days integer,
  fetched_at timestamptz,
  fetch_mode text collate "C" check (fetch_mode in ('idle', 'poll')),
  sent_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  removed_at timestamptz,
  check (kind = 'practice' or (imap_host is not null and smtp_host is not null and username is not null))
);

-- An agent without a row sees nothing of a mailbox; owners and admins see all.
create table agent_mailbox (
  agent_id bigint not null references agent on delete cascade,
  mailbox_id bigint not null references mailbox on delete cascade,
  primary key (agent_id, mailbox_id)
);
create index agent_mailbox_mailbox on agent_mailbox (mailbox_id);

create table mailbox_lease (
  mailbox_id bigint primary key references mailbox on delete cascade,
  instance_id bigint not null references instance,
  fence bigint not null,
  expires_at timestamptz not null
);

create table mailbox_filing (
  mailbox_id bigint primary key references mailbox on delete cascade,
  turn_at timestamptz not null default '-infinity'
);

create table customer (
  id bigint generated always as identity primary key,
  name text,
  language text collate "C",
  created_at timestamptz not null default clock_timestamp()
);

-- The address is the normal form (NFC, domain in lower case, local part in ASCII lower case).
create table customer_address (
  address text collate "C" primary key,
  customer_id bigint not null references customer
);
create index customer_address_customer on customer_address (customer_id);
