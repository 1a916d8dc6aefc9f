-- Why:   replies leave exactly once as far as SMTP allows, and say what became of them.
-- Locks: new tables only.
-- Old code during a rolling start: there is none.

create table outbox (
  message_id bigint primary key references message,
  mailbox_id bigint not null references mailbox,
  state text collate "C" not null default 'held' check (
    state in ('held', 'sending', 'deferred', 'uncertain', 'accepted', 'failed', 'cancelled')),
  step text collate "C" check (step in ('connecting', 'handing_over')),
  due_at timestamptz not null,
  lane smallint not null check (lane in (0, 1)),
  attempts smallint not null default 0,
  claim_no bigint,
  claimed_by bigint references instance,
  claimed_until timestamptz,
  queued_at timestamptz not null default clock_timestamp(),
  settled_at timestamptz,
  reply_code integer,
  reply_enhanced text collate "C",
  reply_text text,
  server_queue_id text collate "C",
  repeats smallint not null default 0,
  uncertain_since timestamptz,
  sent_copy text collate "C" not null default 'due' check (sent_copy in ('due', 'done', 'by_server', 'none', 'failed')),
  sent_copy_attempts smallint not null default 0,
  sent_copy_due_at timestamptz,
  bytes_blob_id bigint not null references blob,
  check ((state = 'sending') = (step is not null))
);
create index outbox_due on outbox (mailbox_id, lane, due_at, message_id) where state in ('held', 'deferred');
create index outbox_sending on outbox (claimed_until) where state = 'sending';
create index outbox_uncertain on outbox (mailbox_id, uncertain_since) where state = 'uncertain';
create index outbox_sent_copy on outbox (mailbox_id, sent_copy_due_at) where state = 'accepted' and sent_copy = 'due';
create index outbox_bytes on outbox (bytes_blob_id);

-- Acceptance is per recipient: one refused address of three is never a reason to send to the other two again.
create table outbox_recipient (
  message_id bigint not null references outbox on delete cascade,
  address text collate "C" not null,
  state text collate "C" not null default 'due' check (state in ('due', 'accepted', 'failed')),
  reply_code integer,
  reply_enhanced text collate "C",
  reply_text text,
  settled_at timestamptz,
  primary key (message_id, address)
);

-- At most one automatic acknowledgement per address and day.
create table acknowledgement (
  address text collate "C" not null,
  day date not null,
  message_id bigint not null references message,
  primary key (address, day)
);
