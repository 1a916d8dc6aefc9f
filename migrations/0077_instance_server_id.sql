-- Why:   a mail is looked up by the id its server gives it, before its bytes are fetched.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index.
-- transaction: no
create index concurrently mail_instance_server_id on mail_instance (mailbox_id, server_id) where server_id is not null;
