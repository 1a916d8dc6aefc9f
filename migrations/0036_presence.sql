-- Why:   agents see at once who else looks at a ticket or answers it, on every node. Unlogged, as nothing of it
--        is worth keeping: a crash empties it, and open tabs announce themselves again within ten seconds.
-- Locks: new table only.
-- Old code during a rolling start: ignores the table; agents on it are not seen.

create unlogged table presence (
  agent_id bigint not null references agent on delete cascade,
  tab text not null check (length(tab) between 8 and 64),
  ticket_id bigint not null references ticket on delete cascade,
  doing text not null check (doing in ('viewing', 'replying', 'noting')),
  seen_at timestamptz not null default clock_timestamp(),
  primary key (agent_id, tab)
);
create index presence_ticket on presence (ticket_id);
