-- Why:   the queue Sent lists the tickets an agent replied in, the latest reply first.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: keeps the index up to date.
-- transaction: no
create index concurrently message_author on message (author_id, received_at desc, id desc)
  where author_id is not null;
