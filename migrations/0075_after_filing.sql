-- Why:   a mailbox may be kept tidy on its server: what was filed is marked as read there, or moved to a folder. By itself it is not.
-- Locks: columns that may be null or have a constant default: moments. A new table.
-- Old code during a rolling start: ignores all of it. What it fetches stays on the server as it was.
alter table mailbox
  add column after_marks_read boolean not null default false,
  -- The folder that filed mail is moved to; null: it stays where it is.
  add column after_moves_to text collate "C",
  -- What keeps either from being done.
  add column after_fault_code text collate "C",
  add column after_fault_detail text,
  add column after_fault_at timestamptz;

-- A row is a new mail that is to be looked after on its server once it is filed.
create table after_filing (
  instance_id bigint primary key references mail_instance on delete cascade,
  mailbox_id bigint not null references mailbox on delete cascade,
  -- Where the server cannot move at once: the target's UIDVALIDITY and UIDNEXT before this mail was copied there.
  copied_validity bigint,
  copied_from_uid bigint
);
create index after_filing_mailbox on after_filing (mailbox_id, instance_id);
