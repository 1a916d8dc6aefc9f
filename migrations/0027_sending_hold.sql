-- Why:   a provider's limit holds a mailbox's sending until a time that can be shown.
-- Locks: add columns without defaults, metadata only.
-- Old code during a rolling start: ignores the columns, and finds out from the server itself.
alter table mailbox add column sending_held_until timestamptz;
alter table mailbox add column sending_held_code text collate "C";
