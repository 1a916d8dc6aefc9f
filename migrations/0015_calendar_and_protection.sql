-- Why:   what a mail says of an appointment and of its signatures is kept with it; small pictures fold in the list of files.
-- Locks: ADD COLUMN with a constant default, metadata only.
-- Old code during a rolling start: ignores the columns; rows it writes have no appointment and no minor files.
alter table message add column calendar jsonb;
alter table message add column protections jsonb not null default '[]';
alter table attachment add column is_minor boolean not null default false;
