-- Why:   a person may trust one certificate of a mail server that no authority vouches for, and the test mail tells
--        what a mailbox's servers do with our mail: whether Message-ID and Date stay (null: nobody has looked).
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: ignores the columns and refuses such a server as before.
alter table mailbox
  add column imap_certificate text,
  add column smtp_certificate text,
  add column keeps_message_id boolean,
  add column keeps_date boolean;
