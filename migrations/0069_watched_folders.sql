-- Why:   more folders than INBOX are watched: Sent by itself, others by an admin's choice. What was sent from a mail program is
--        a message of ours without an outbox row; what of it belongs to no ticket yet is found again by the ids it names.
-- Locks: columns that may be null or have a constant default, a constraint not validated, a new table: moments.
-- Old code during a rolling start: ignores all of it. It would take mail of Sent for a customer's, so nobody watches Sent
--        as long as an instance lives that began before workspace.sent_watched_from (inbound/watched-folders.ts).
alter table workspace add column sent_watched_from timestamptz not null default now();

-- is_watched null: by the folder's role. watched_since null: from the mailbox's own start on. server_key: MAILBOXID (RFC 8474).
alter table folder
  add column is_watched boolean,
  add column watched_since timestamptz,
  add column gone_since timestamptz,
  add column server_key text collate "C",
  drop constraint folder_role_check,
  add constraint folder_role_check check (role in ('inbox', 'sent', 'junk', 'all', 'other')) not valid;

alter table message add column is_from_mail_program boolean not null default false;

-- The ids that an ignored mail of Sent is or names: a mail that is or names one of them brings it into its ticket.
create table unplaced_ref (
  mailbox_id bigint not null references mailbox on delete cascade,
  ref uuid not null,
  instance_id bigint not null references mail_instance on delete cascade,
  primary key (mailbox_id, ref, instance_id)
);
create index unplaced_ref_instance on unplaced_ref (instance_id);
