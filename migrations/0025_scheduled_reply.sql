-- Why:   a reply may be sent later; it is not sent any more when the customer writes first, and says who stopped it.
-- Locks: add columns, one with a constant default: metadata only. No check constraint, which would read the table.
-- Old code during a rolling start: sends such a reply when it is due, also after the customer wrote; it makes none.
alter table outbox add column is_scheduled boolean not null default false;
alter table outbox add column cancelled_by text collate "C";
