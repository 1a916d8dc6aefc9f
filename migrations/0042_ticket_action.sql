-- Why:   what an agent did to one or many tickets at once is taken back exactly, where nobody changed it since.
-- Locks: new tables only.
-- Old code during a rolling start: does not write them; what it does is taken back as before.
create table ticket_action (
  id bigint generated always as identity primary key,
  agent_id bigint not null references agent,
  at timestamptz not null default clock_timestamp(),
  undone_at timestamptz
);
create index ticket_action_at on ticket_action (at);

-- What of each ticket was and is different; of a merge its key, as that knows the rest. Kept a day (clean_up).
create table ticket_action_item (
  action_id bigint not null references ticket_action on delete cascade,
  ticket_id bigint not null references ticket on delete cascade,
  was jsonb not null,
  became jsonb not null,
  merge_id bigint references ticket_merge,
  primary key (action_id, ticket_id)
);
create index ticket_action_item_ticket on ticket_action_item (ticket_id);
