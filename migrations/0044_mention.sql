-- Why:   agents call each other into a ticket by `@name` in a note, and find what they were called into.
-- Locks: a new table; its foreign keys lock note and agent against a change of their columns for a moment.
-- Old code during a rolling start: ignores the table; what is mentioned in its notes calls nobody.
create table mention (
  note_id bigint not null references note on delete cascade,
  agent_id bigint not null references agent,
  -- When the note was written: what the queue Mentions is sorted by.
  mentioned_at timestamptz not null,
  -- When the agent had the note on their screen; null until then.
  seen_at timestamptz,
  primary key (note_id, agent_id)
);
create index mention_agent on mention (agent_id, mentioned_at desc, note_id desc);
create index mention_unseen on mention (agent_id, note_id) where seen_at is null;
