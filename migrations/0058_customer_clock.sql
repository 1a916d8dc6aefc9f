-- Why:   an agent sees what time it is where the customer is, by the clock of the customer's mail.
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: ignores the column.

-- Minutes east of UTC; null where their mail does not tell.
alter table customer add column utc_offset_minutes smallint;
