-- Why:   agents put a ticket away until a time or until its customer writes, throw it into the Trash, rank and follow it.
-- Locks: ADD COLUMN without default or with a constant one and a check not yet valid: metadata only; a new table.
-- Old code during a rolling start: lists what is put away or in the Trash as if it were not, until it is replaced.

-- Put away until then; 'infinity': until the customer writes. Null: it is not put away.
alter table ticket add column snoozed_until timestamptz;
-- In the Trash since then; null: it is not there.
alter table ticket add column deleted_at timestamptz;
alter table ticket add column priority text collate "C" not null default 'normal';
alter table ticket add constraint ticket_priority_check
  check (priority in ('low', 'normal', 'high', 'urgent')) not valid;

-- Who wants to hear of a ticket that is not theirs.
create table ticket_follower (
  ticket_id bigint not null references ticket on delete cascade,
  agent_id bigint not null references agent,
  since timestamptz not null default clock_timestamp(),
  primary key (ticket_id, agent_id)
);
create index ticket_follower_agent on ticket_follower (agent_id, ticket_id);
