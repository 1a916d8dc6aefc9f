-- Why:   an agent who is away is told by mail, once, that a reply of theirs did not arrive.
-- Locks: add column without a default, metadata only.
-- Old code during a rolling start: ignores the column and mails nobody.
alter table undelivered add column mailed_at timestamptz;
