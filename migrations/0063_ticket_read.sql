-- Why:   an agent sees in a list which tickets have something they have not read, and may leave one unread.
-- Locks: a column with a default that is computed once, a new table: moments.
-- Old code during a rolling start: ignores both; what is read with it stays unread.

-- What came before an agent was there, or before there was this, counts as read until they say otherwise.
alter table agent add column read_from timestamptz not null default now();

create table ticket_read (
  agent_id bigint not null references agent on delete cascade,
  ticket_id bigint not null references ticket on delete cascade,
  -- As far as which message; 0 where they left the ticket unread.
  message_id bigint not null,
  primary key (agent_id, ticket_id)
);
create index ticket_read_ticket on ticket_read (ticket_id);
