-- Why:   before each acknowledgement the automatic mails of its mailbox in the last minute are counted.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index.
-- transaction: no
create index concurrently outbox_automatic on outbox (mailbox_id, queued_at) where lane = 1;
