-- Why:   the tickets merged into one are found when that one is merged itself, or unmerged.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index.
-- transaction: no
create index concurrently ticket_merged_into on ticket (merged_into_id) where merged_into_id is not null;
