-- Why:   admins list what of the outbox is not settled, and a provider's limits count what was accepted of late.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: keeps the indexes up to date and has no use for them.
-- transaction: no
create index concurrently outbox_unsettled on outbox (message_id desc)
  where state in ('held', 'sending', 'deferred', 'uncertain', 'failed');
create index concurrently outbox_accepted on outbox (mailbox_id, settled_at desc) where state = 'accepted';
