-- Why:   agents keep lists narrowed by filters as views, for themselves or for everybody, in an order of their own.
-- Locks: new tables only.
-- Old code during a rolling start: ignores the tables.
create table view (
  id bigint generated always as identity primary key,
  owner_id bigint not null references agent,
  is_shared boolean not null,
  name text not null,
  queue text collate "C" not null,
  -- As src/shared/ticket-filter.ts describes it; what it names may be gone.
  filter jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Kept for a while, so that it can be taken back.
  removed_at timestamptz
);
create index view_owner on view (owner_id);

-- Ids that are no longer there, or not theirs any more, are passed over.
create table view_order (
  agent_id bigint primary key references agent,
  view_ids bigint[] not null
);
