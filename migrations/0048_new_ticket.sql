-- Why:   agents begin tickets themselves, by a mail to a customer or without one, as after a phone call. What is
--        not sent yet has no ticket: one such draft an agent. Some customers are known by a phone number alone.
-- Locks: a new table, and metadata only: a nullable column.
-- Old code during a rolling start: ignores both; it may clean away files of such a draft that are a day old.

create table new_ticket_draft (
  agent_id bigint primary key references agent on delete cascade,
  content jsonb not null,
  revision bigint not null default 1,
  saved_at timestamptz not null default clock_timestamp()
);

alter table customer add column phone text check (length(phone) between 1 and 60);
