-- Why:   each team has a queue, and Unassigned is what neither an agent nor a team has.
-- Locks: built and dropped concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: sorts what the dropped index gave in order, until it is replaced.
-- transaction: no
create index concurrently ticket_of_team on ticket (team_id, state, last_message_at desc, id desc)
  where team_id is not null;
create index concurrently ticket_awaited_from_team on ticket (mailbox_id, team_id, waiting_since, id)
  where team_id is not null and waiting_since is not null and snoozed_until is null and deleted_at is null;
create index concurrently ticket_untaken on ticket (mailbox_id, last_message_at desc, id desc)
  where twin_of_id is null and state in ('open', 'waiting') and assignee_id is null and team_id is null
    and snoozed_until is null and deleted_at is null;
drop index concurrently if exists ticket_standing_unassigned;
