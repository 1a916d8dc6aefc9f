-- Why:   a list narrowed to a language or a priority that few tickets have is read from those few (0052).
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: has no use for the indexes.
-- transaction: no
create index concurrently customer_language on customer (language) where language is not null;
create index concurrently ticket_priority on ticket (priority) where priority <> 'normal';
