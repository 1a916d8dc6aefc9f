-- Why:   a request sent twice under one Idempotency-Key (a lost answer, a double click) acts once.
-- Locks: new table only.
-- Old code during a rolling start: ignores the table, and answers such a request as before.

create table answered_request (
  agent_id bigint not null references agent on delete cascade,
  key text collate "C" not null check (length(key) between 1 and 255),
  request_hash bytea not null,
  result_id bigint not null,
  answered_at timestamptz not null default clock_timestamp(),
  primary key (agent_id, key)
);
create index answered_request_time on answered_request (answered_at);
