-- Why:   admins see whether the ledger holds all that the server counts, and how full the mailbox is at its provider.
-- Locks: columns that may be null: a moment each.
-- Old code during a rolling start: ignores them, and leaves what stands there as it was.

alter table folder
  -- When all of it was last compared with the ledger, and how many mails the server counted then.
  add column compared_at timestamptz,
  add column server_count bigint,
  -- How many of them had no row, and since when there are any.
  add column missing_count bigint,
  add column missing_since timestamptz;

alter table mailbox
  -- RFC 9208, where the server tells it.
  add column quota_used_bytes bigint,
  add column quota_limit_bytes bigint,
  add column quota_at timestamptz;
