-- Why:   two customers who are one person become one, and two again where that was wrong.
-- Locks: ADD COLUMN without default, metadata only; its foreign key needs no check, as every value is null.
--        The rest is new tables.
-- Old code during a rolling start: files a mail that it read in the moment of a merge for who was merged away; the
--        ticket is shown with the name they had.

-- Always the customer who has the tickets and addresses today, never another merged one.
alter table customer add column merged_into_id bigint references customer on delete set null;

create table customer_merge (
  id bigint generated always as identity primary key,
  survivor_id bigint not null references customer on delete cascade,
  merged_id bigint not null references customer on delete cascade,
  agent_id bigint not null references agent,
  merged_at timestamptz not null default clock_timestamp(),
  -- What was known of the survivor before and after.
  changes jsonb not null,
  undone_at timestamptz
);
create unique index customer_merge_merged on customer_merge (merged_id) where undone_at is null;
create index customer_merge_survivor on customer_merge (survivor_id);

-- The addresses a merge took from the merged one.
create table customer_merge_address (
  merge_id bigint not null references customer_merge on delete cascade,
  address text collate "C" not null,
  primary key (merge_id, address)
);

-- Whose each ticket of the two was: what is not here came later.
create table customer_merge_ticket (
  merge_id bigint not null references customer_merge on delete cascade,
  ticket_id bigint not null references ticket on delete cascade,
  is_moved boolean not null,
  primary key (merge_id, ticket_id)
);
create index customer_merge_ticket_ticket on customer_merge_ticket (ticket_id);
