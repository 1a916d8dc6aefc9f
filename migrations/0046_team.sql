-- Why:   agents work in teams: a ticket can be a team's, with or without one of its agents, and a note can call all of them.
-- Locks: new tables; on ticket a nullable column, metadata only, with a foreign key that nothing has to be looked up for.
-- Old code during a rolling start: ignores teams; a ticket that only a team has is in Unassigned there.
create table team (
  id bigint generated always as identity primary key,
  name text not null,
  created_at timestamptz not null default clock_timestamp(),
  -- Kept, so that the history still says which team it was.
  removed_at timestamptz
);
create unique index team_name on team (lower(name)) where removed_at is null;
create table team_member (
  team_id bigint not null references team,
  agent_id bigint not null references agent,
  primary key (team_id, agent_id)
);
create index team_member_agent on team_member (agent_id);
create table team_mailbox (
  team_id bigint not null references team,
  mailbox_id bigint not null references mailbox,
  primary key (team_id, mailbox_id)
);
create index team_mailbox_mailbox on team_mailbox (mailbox_id);
create table team_mention (
  note_id bigint not null references note on delete cascade,
  team_id bigint not null references team,
  primary key (note_id, team_id)
);
alter table ticket add column team_id bigint;
alter table ticket add constraint ticket_team foreign key (team_id) references team not valid;
