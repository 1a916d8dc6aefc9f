-- Why:   before a reply leaves, an agent is told of recipients this desk has never written to.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index.
-- transaction: no
create index concurrently outbox_recipient_address on outbox_recipient (lower(address));
