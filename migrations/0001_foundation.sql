-- Why:   the ground under every table: which nodes live, where bytes are, which keys wrap secrets.
-- Locks: new tables only.
-- Old code during a rolling start: there is none.

create table instance (
  id bigint generated always as identity primary key,
  started_at timestamptz not null default clock_timestamp(),
  alive_at timestamptz not null default clock_timestamp()
);

-- One row for the whole workspace. The epoch names this history of the database: a live feed of
-- another epoch is not resumed.
create table workspace (
  id smallint primary key default 1 check (id = 1),
  epoch uuid not null default gen_random_uuid(),
  secret_key_fingerprint text collate "C",
  created_at timestamptz not null default clock_timestamp()
);
insert into workspace default values;

-- SECRET_KEY wraps these and nothing else; every token and ciphertext names its key's id.
create table key_ring (
  id bigint generated always as identity primary key,
  purpose text collate "C" not null check (purpose in ('credentials', 'tokens', 'sessions', 'links')),
  wrapped bytea not null,
  made_at timestamptz not null default clock_timestamp(),
  retired_at timestamptz
);
create unique index key_ring_active on key_ring (purpose) where retired_at is null;

-- Bytes are reached through this row only; no path is computed from a hash.
create table blob (
  id bigint generated always as identity primary key,
  sha256 bytea not null unique,
  size_bytes bigint not null,
  codec text collate "C" not null,
  place text collate "C" not null unique,
  created_at timestamptz not null default clock_timestamp(),
  lost_at timestamptz
);
