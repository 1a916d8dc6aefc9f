-- Why:   a change of tickets whose answer was lost is asked for again; under the same Idempotency-Key it goes on with the
--        same action, so that what was done already is not taken for somebody else's change.
-- Locks: two columns that may be null: a moment.
-- Old code during a rolling start: ignores both columns, and acts again as before.

alter table ticket_action
  add column key text collate "C" check (length(key) between 1 and 255),
  add column request_hash bytea;
