-- Why:   admins are told when a record of a domain they write from was right and is no longer, or does harm.
-- Locks: ADD COLUMN with a constant default and without one, metadata only.
-- Old code during a rolling start: leaves both as they are, so that a record may be told of a lookup later.

alter table domain_check
  -- The kinds of record that were right at some lookup, such as `spf`: what never was is advice, no alarm.
  add column right_kinds text[] not null default '{}',
  -- The kinds that are wrong now, and since which lookup any is: told once a later one finds it again.
  add column wrong_kinds text[] not null default '{}',
  add column wrong_since timestamptz;
