-- Why:   agents are mailed what they have not seen: what of it was mailed is kept, so that nothing is mailed twice, and
--        which tickets they have had on the screen, so that only what they have not seen is.
-- Locks: new columns are metadata only; the new table's foreign keys lock agent and ticket against changes of their
--        columns for a moment.
-- Old code during a rolling start: ignores the columns and the table; what agents see through it is mailed, if it is new.
alter table notification_setting
  -- Counts the mails that were handed over, so that of two nodes one does it.
  add column mail_number integer not null default 0,
  -- What had happened by then was in a mail, or came before there were any; null: nothing was.
  add column mailed_to timestamptz,
  -- What the latest mails told of, the newest first.
  add column mailed_keys text[] not null default '{}',
  -- When the latest was handed over; null: none was since the agent looked at what is new.
  add column mailed_at timestamptz;

create table ticket_seen (
  agent_id bigint not null references agent on delete cascade,
  ticket_id bigint not null references ticket on delete cascade,
  -- The last time it was on a screen of theirs, to the minute.
  at timestamptz not null default clock_timestamp(),
  primary key (agent_id, ticket_id)
);
create index ticket_seen_ticket on ticket_seen (ticket_id);

-- What happened before there were mails of it is no news.
insert into notification_setting (agent_id, mailed_to) select id, clock_timestamp() from agent
  on conflict (agent_id) do update set mailed_to = excluded.mailed_to;
