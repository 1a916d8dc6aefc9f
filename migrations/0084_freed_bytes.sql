-- Why:   bytes that were erased are freed: a blob whose last reference went is deleted, and the pack it lay in is written
--        anew without it (mail-core.md 9, 17).
-- Locks: a column that may be null: a moment. A new table.
-- Old code during a rolling start: does not say when it wants bytes that are known; they are kept for an hour after they
--        came, and who refers to bytes that are gone is refused by the foreign key, and stores them again.

-- When somebody last stored these bytes again, and is about to refer to them.
alter table blob add column wanted_at timestamptz;

-- Packs that hold bytes of nobody.
create table spent_pack (
  pack text collate "C" primary key,
  since timestamptz not null default clock_timestamp(),
  -- From then on no blob comes to lie in it; what is still somebody's is moved to another.
  retired_at timestamptz,
  -- Who moves it out believes in that until then.
  claimed_until timestamptz,
  -- The file is empty since then. Its name is never used again.
  emptied_at timestamptz
);
create index spent_pack_due on spent_pack (since) where emptied_at is null;
