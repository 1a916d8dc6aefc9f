-- Why:   some providers tell when a refresh token ends; an end that does not move is one an admin has to act before.
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: ignores both, and leaves an end standing that its renewal has moved; the next one of new
--        code sets it right.
alter table mailbox_grant
  add column refresh_ends_at timestamptz,
  -- Whether each renewal moves the end: null while no renewal has told.
  add column refresh_end_moves boolean;
