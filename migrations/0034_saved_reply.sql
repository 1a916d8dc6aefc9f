-- Why:   agents answer the same question with the same words, in the customer's language.
-- Locks: new tables only.
-- Old code during a rolling start: ignores the tables.

-- scope mine: its owner's alone; mailbox: of all who may use that mailbox; all: everybody's. A used one is archived,
-- not deleted.
create table saved_reply (
  id bigint generated always as identity primary key,
  scope text collate "C" not null check (scope in ('mine', 'mailbox', 'all')),
  owner_id bigint not null references agent,
  mailbox_id bigint references mailbox on delete cascade,
  name text not null,
  folder text not null default '',
  use_count integer not null default 0,
  last_used_at timestamptz,
  archived_at timestamptz,
  changed_at timestamptz not null default clock_timestamp(),
  constraint saved_reply_mailbox check ((scope = 'mailbox') = (mailbox_id is not null))
);
create index saved_reply_owner on saved_reply (owner_id);
create index saved_reply_of_mailbox on saved_reply (mailbox_id) where mailbox_id is not null;

create table saved_reply_text (
  saved_reply_id bigint not null references saved_reply on delete cascade,
  language text collate "C" not null,
  body text not null,
  primary key (saved_reply_id, language)
);
