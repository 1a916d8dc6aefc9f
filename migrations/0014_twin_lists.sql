-- Why:   lists show leads and, apart from them, twins whose lead the agent may not see (0013).
-- Locks: built and dropped concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: sorts what the dropped indexes gave in order, until it is replaced.
-- transaction: no
create index concurrently ticket_twins on ticket (twin_of_id) where twin_of_id is not null;
create index concurrently ticket_twin_list on ticket (mailbox_id, twin_mailbox_id, state, last_message_at desc, id desc)
  where twin_of_id is not null;
create index concurrently ticket_lead_list on ticket (mailbox_id, state, last_message_at desc, id desc)
  where twin_of_id is null;
create index concurrently ticket_lead_unassigned on ticket (mailbox_id, last_message_at desc, id desc)
  where twin_of_id is null and state in ('open', 'waiting') and assignee_id is null;
drop index concurrently if exists ticket_mailbox_state;
drop index concurrently if exists ticket_unassigned;
