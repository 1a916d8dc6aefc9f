-- Why:   each agent chooses how long a reply can be taken back: 0 to 30 seconds.
-- Locks: add column with a constant default, metadata only.
-- Old code during a rolling start: ignores the column and keeps to 10 seconds.
alter table agent add column undo_seconds smallint not null default 10;
