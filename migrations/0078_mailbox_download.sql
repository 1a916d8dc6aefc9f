-- Why:   Gmail lets a mail program fetch 2,500 MB a day. What was fetched is counted, so that old mail leaves room for new mail.
-- Locks: a new table.
-- Old code during a rolling start: does not count what it fetches.
create table mailbox_download (
  mailbox_id bigint not null references mailbox on delete cascade,
  hour_at timestamptz not null,
  bytes bigint not null,
  primary key (mailbox_id, hour_at)
);
