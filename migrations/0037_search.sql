-- Why:   agents search the whole history (mail-core.md 15). Words are made by us, after filing, from what
--        search_due names; a fault there never touches mail. What was there before is walked by search_progress.
-- Locks: new tables; the triggers lock message, note and ticket against writers for a moment, no rows are read.
-- Old code during a rolling start: ignores the tables; what it files and moves is noted by the triggers all the same.

-- One row a message or note, in partitions by quarter that are made when their first row comes. Rights are decided
-- by the ticket of the message itself; m:<mailbox> among the words only narrows. No foreign keys: with them each new
-- partition would lock message against writers; the triggers below take rows along.
create table search_row (
  received_at timestamptz not null,
  message_id bigint,
  note_id bigint,
  ticket_id bigint not null,
  version smallint not null,
  words tsvector not null,
  constraint search_row_one check (num_nonnulls(message_id, note_id) = 1)
) partition by range (received_at);
create index search_row_words on search_row using gin (words) with (gin_pending_list_limit = 1024);
create index search_row_received on search_row (received_at desc);
create index search_row_message on search_row (message_id) where message_id is not null;
create index search_row_note on search_row (note_id) where note_id is not null;

-- Messages and notes whose words are to be made, or made again.
create table search_due (
  id bigint generated always as identity primary key,
  message_id bigint,
  note_id bigint,
  constraint search_due_one check (num_nonnulls(message_id, note_id) = 1)
);

-- How far the walk over what was there before has come, newest first; null: at the beginning; 0: through.
create table search_progress (
  version smallint primary key,
  message_below bigint,
  note_below bigint
);

create function note_search_messages() returns trigger language plpgsql as $$
begin
  insert into search_due (message_id) select id from added;
  return null;
end $$;

create function note_search_notes() returns trigger language plpgsql as $$
begin
  insert into search_due (note_id) select id from added;
  return null;
end $$;

create function note_search_message() returns trigger language plpgsql as $$
begin
  insert into search_due (message_id) values (new.id);
  return null;
end $$;

create function note_search_note() returns trigger language plpgsql as $$
begin
  insert into search_due (note_id) values (new.id);
  return null;
end $$;

create function note_search_ticket() returns trigger language plpgsql as $$
begin
  insert into search_due (message_id) select id from message where ticket_id = new.id;
  insert into search_due (note_id) select id from note where ticket_id = new.id;
  return null;
end $$;

create function forget_search_messages() returns trigger language plpgsql as $$
begin
  delete from search_row where message_id in (select id from removed);
  return null;
end $$;

create function forget_search_notes() returns trigger language plpgsql as $$
begin
  delete from search_row where note_id in (select id from removed);
  return null;
end $$;

create trigger message_added_search after insert on message
  referencing new table as added for each statement execute function note_search_messages();
create trigger note_added_search after insert on note
  referencing new table as added for each statement execute function note_search_notes();
create trigger message_changed_search after update of ticket_id, received_at, subject, forwarded_address on message
  for each row when (
    (old.ticket_id, old.received_at, old.subject, old.forwarded_address)
    is distinct from (new.ticket_id, new.received_at, new.subject, new.forwarded_address))
  execute function note_search_message();
create trigger note_changed_search after update of ticket_id, text on note
  for each row when ((old.ticket_id, old.text) is distinct from (new.ticket_id, new.text))
  execute function note_search_note();
create trigger ticket_moved_search after update of mailbox_id on ticket
  for each row when (old.mailbox_id is distinct from new.mailbox_id) execute function note_search_ticket();
create trigger message_removed_search after delete on message
  referencing old table as removed for each statement execute function forget_search_messages();
create trigger note_removed_search after delete on note
  referencing old table as removed for each statement execute function forget_search_notes();
