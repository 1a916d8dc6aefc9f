-- Why:   a mailbox may send itself a small mail each hour, so that a way that is broken in silence is noticed.
-- Locks: a new table only.
-- Old code during a rolling start: ignores it.

-- A row is a mailbox that does.
create table mailbox_canary (
  mailbox_id bigint primary key references mailbox on delete cascade,
  -- The last one: its mark in X-Letterdesk-Ref, by which alone it is found and removed.
  mark text collate "C",
  sent_at timestamptz,
  arrived_at timestamptz,
  arrived_in text collate "C" check (arrived_in in ('inbox', 'junk')),
  round_trip_ms integer,
  -- How many in a row did not come back in time, and since when.
  lost_count integer not null default 0,
  lost_since timestamptz
);
