-- Why:   the mail before the chosen days may come in as closed history, and how far old mail has come is shown and may be halted.
-- Locks: columns that may be null or have a constant default: a moment each.
-- Old code during a rolling start: ignores them. It fetches history as other old mail, and goes on while it is halted.

alter table mailbox
  -- Further back than the days that become open tickets; null: none of it.
  add column history_days integer check (history_days between 1 and 36500),
  add column old_mail_held boolean not null default false;

alter table folder_range
  -- UIDs below it were there when the generation began; null where nobody counted them.
  add column old_below_uid bigint,
  -- How many of them are wanted.
  add column old_count bigint,
  -- When a comparison found all of them in the ledger.
  add column old_whole_at timestamptz;
