-- Why:   each agent chooses which keys do what; only the differences from a preset are kept.
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: ignores the column.
alter table agent add column shortcuts jsonb;
