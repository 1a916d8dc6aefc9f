-- Why:   an agent has a signature, an alias of a mailbox its own name and signature, and a mailbox opening hours.
-- Locks: columns without a default or with a constant one, metadata only.
-- Old code during a rolling start: ignores the columns; it signs as the mailbox, which is always open.

alter table agent add column signature text not null default '';

-- alias_details: [{address, name, signature}] of those in `aliases` that have either; one that is no alias any more
-- counts for nothing. opening_hours null: always open.
alter table mailbox
  add column alias_details jsonb not null default '[]',
  add column opening_hours jsonb;
