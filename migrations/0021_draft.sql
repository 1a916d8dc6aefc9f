-- Why:   an agent's unsent words are kept on the server, so that a dead tab or another device loses none.
-- Locks: new table only.
-- Old code during a rolling start: ignores the table, and keeps drafts in the browser alone.

create table draft (
  ticket_id bigint not null references ticket on delete cascade,
  agent_id bigint not null references agent on delete cascade,
  content jsonb not null,
  revision bigint not null default 1,
  saved_at timestamptz not null default clock_timestamp(),
  primary key (ticket_id, agent_id)
);
create index draft_agent on draft (agent_id, saved_at desc);
