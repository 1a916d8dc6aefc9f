-- Why:   a key of the ring that somebody else may know is taken away: what it signed or hashed counts no longer.
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: ignores the column, and goes on believing a revoked key until it is replaced.
alter table key_ring add column revoked_at timestamptz;
