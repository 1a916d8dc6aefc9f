-- Why:   a ticket that leaves the Trash for good is deleted with all that hangs on it (0083). Each foreign key that
--        points at what goes is looked up by its column: without an index that reads the whole table, once a row.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: keeps the indexes up to date and does not use them.
-- transaction: no
create index concurrently message_placed_by on message (placed_by_message_id)
  where placed_by_message_id is not null;
create index concurrently message_side_thread_of on message (side_thread_id) where side_thread_id is not null;
create index concurrently outbox_answered on outbox (answered_message_id) where answered_message_id is not null;
create index concurrently mail_key_message on mail_key (message_id) where message_id is not null;
create index concurrently ticket_event_message on ticket_event (message_id) where message_id is not null;
create index concurrently ticket_event_note on ticket_event (note_id) where note_id is not null;
create index concurrently participant_message_of on participant (message_id) where message_id is not null;
create index concurrently message_move_to on message_move (to_ticket_id);
create index concurrently message_move_placed_by on message_move (placed_by_message_id)
  where placed_by_message_id is not null;
create index concurrently merge_note_note on merge_note (note_id);
create index concurrently ticket_merge_ever on ticket_merge (merged_id);
create index concurrently ticket_action_item_merge on ticket_action_item (merge_id) where merge_id is not null;
create index concurrently acknowledgement_message on acknowledgement (message_id);
create index concurrently upload_blob on upload (blob_id);
create index concurrently ticket_thrown_away on ticket (deleted_at, id) where deleted_at is not null;
