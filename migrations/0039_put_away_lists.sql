-- Why:   lists leave out what is put away or in the Trash (0038), and begin with who waits longest.
-- Locks: built and dropped concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: sorts what the dropped indexes gave in order, until it is replaced.
-- transaction: no
create index concurrently ticket_standing on ticket (mailbox_id, state, last_message_at desc, id desc)
  where twin_of_id is null and deleted_at is null;
create index concurrently ticket_standing_unassigned on ticket (mailbox_id, last_message_at desc, id desc)
  where twin_of_id is null and state in ('open', 'waiting') and assignee_id is null
    and snoozed_until is null and deleted_at is null;
create index concurrently ticket_awaited on ticket (mailbox_id, waiting_since, id)
  where waiting_since is not null and deleted_at is null;
create index concurrently ticket_awaited_from on ticket (mailbox_id, assignee_id, waiting_since, id)
  where waiting_since is not null and snoozed_until is null and deleted_at is null;
create index concurrently ticket_snoozed on ticket (snoozed_until, id) where snoozed_until is not null;
create index concurrently ticket_deleted on ticket (mailbox_id, deleted_at desc, id desc)
  where deleted_at is not null;
drop index concurrently if exists ticket_lead_list;
drop index concurrently if exists ticket_lead_unassigned;
