-- Why:   agents choose how they are told of what concerns them, and see what of it is new.
-- Locks: a new table; its foreign key locks agent against a change of its columns for a moment.
-- Old code during a rolling start: ignores the table.
create table notification_setting (
  agent_id bigint primary key references agent,
  -- What happened by then was looked at; null: nothing yet.
  looked_at timestamptz,
  -- Null: what everybody begins with (agents/notification-settings.ts).
  choices jsonb
);
-- What happened before there was a bell is no news.
insert into notification_setting (agent_id, looked_at) select id, clock_timestamp() from agent;
