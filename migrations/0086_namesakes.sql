-- Why: mails whose Message-ID an earlier one of another ticket has. thread_ref leads to the first; an answer to the id
--   belongs to the one whose ticket its sender is in, so those after it are kept here. The version before does not read it.
-- Locks: none on tables in use but a moment of each foreign key's (share row exclusive on mailbox and message, no scan).

create table namesake (
  mailbox_id bigint not null references mailbox on delete cascade,
  ref uuid not null,
  message_id bigint not null references message on delete cascade,
  primary key (mailbox_id, ref, message_id)
);
create index namesake_message on namesake (message_id);
