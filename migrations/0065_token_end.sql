-- Why:   until when an access token is good: while the provider does not answer, the one that is there still signs in.
-- Locks: a column that may be null: a moment.
-- Old code during a rolling start: ignores it, and leaves it as it was; such a token only counts as over too early or is
--        refused and renewed.

alter table mailbox_grant add column access_ends_at timestamptz;
