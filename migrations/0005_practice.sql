-- Why:   the practice mailbox keeps its mail in a table, so that UIDs hold over restarts and removing it drops all.
-- Locks: new tables only.
-- Old code during a rolling start: there is none.

create table practice_folder (
  id bigint generated always as identity primary key,
  address text collate "C" not null,
  path text collate "C" not null,
  uid_validity bigint not null,
  uid_next bigint not null default 1,
  unique (address, path)
);

create table practice_mail (
  folder_id bigint not null references practice_folder on delete cascade,
  uid bigint not null,
  received_at timestamptz not null default clock_timestamp(),
  flags text[] not null default '{}',
  raw bytea not null,
  primary key (folder_id, uid)
);
