-- Why:   a copy of our own mail is recognised by the uuid in X-Letterdesk-Ref, also where a relay replaced the Message-ID.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index.
-- transaction: no
create index concurrently message_uuid on message (uuid) where direction = 'outbound';
