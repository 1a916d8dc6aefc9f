-- Why:   undoing, moving and stopping a reply looks up how it was queued, by its message alone.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: keeps the index up to date and may use it.
-- transaction: no
create index concurrently ticket_event_queued on ticket_event (message_id)
  where kind in ('reply_queued', 'reply_rescheduled');
