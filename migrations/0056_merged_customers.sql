-- Why:   those who were merged into a customer are found beside them.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index.
-- transaction: no
create index concurrently customer_merged_into on customer (merged_into_id) where merged_into_id is not null;
