-- Why:   what lies in the Trash is deleted for good after a time that admins choose, or when one of them says so
--        (mail-core.md 17). What stays of it: that it was, who erased it and when, and by what the mail is known again.
-- Locks: columns that may be null or have a constant default: moments. New tables.
-- Old code during a rolling start: erases nothing and knows none of it. A mail whose message was erased it takes for one
--        more copy (`same`) with its bytes, or files a copy of our own mail as a new ticket, until it is replaced.

-- After how many days the Trash is emptied (null: never), and nothing of it before that moment: what was there before this
-- release gets the whole time from now on, and a choice of less does nothing within a day.
alter table workspace
  add column trash_days smallint default 30 check (trash_days between 1 and 3650),
  add column trash_kept_until timestamptz not null default now() + interval '30 days';

-- An act of erasing. Of the retention one for each day on which it erased something.
create table erasure (
  id bigint generated always as identity primary key,
  kind text collate "C" not null check (kind in ('retention', 'chosen', 'emptied')),
  -- Who did it; null: the retention.
  agent_id bigint references agent,
  check ((agent_id is null) = (kind = 'retention')),
  day date unique,
  check ((day is null) = (kind <> 'retention')),
  -- The Trash was emptied of what had been thrown away until then.
  thrown_until timestamptz,
  check ((thrown_until is null) = (kind <> 'emptied')),
  asked_at timestamptz not null default clock_timestamp(),
  -- Null: of what was asked for something is still to be done.
  ended_at timestamptz,
  ticket_count integer not null default 0,
  message_count integer not null default 0
);
create index erasure_open on erasure (id) where ended_at is null;

-- Tickets that are no more: their screens are told so by the live feed, and people that the number was one.
create table erased_ticket (
  ticket_id bigint primary key,
  number bigint not null unique,
  mailbox_id bigint not null references mailbox on delete cascade,
  erasure_id bigint not null references erasure,
  erased_at timestamptz not null default clock_timestamp()
);

-- Mail of ours that is no more, by the uuid of its X-Letterdesk-Ref: a copy of it that comes later is no new mail.
create table erased_sent (
  uuid uuid primary key,
  erasure_id bigint not null references erasure
);

-- By which act a ledger row or a mail key lost its message.
alter table mail_instance add column erasure_id bigint;
alter table mail_key add column erasure_id bigint;

-- Bytes that lost a reference, and perhaps their last one.
create table loose_blob (
  blob_id bigint primary key references blob on delete cascade,
  since timestamptz not null default clock_timestamp()
);
