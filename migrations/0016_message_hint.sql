-- Why:   a mail may belong elsewhere: to two tickets, to the one its subject names, or to a new topic. The
--        screen suggests it and an agent decides.
-- Locks: a new table only.
-- Old code during a rolling start: ignores it.

create table message_hint (
  id bigint generated always as identity primary key,
  message_id bigint not null references message,
  kind text collate "C" not null check (kind in ('bridge', 'number', 'subject')),
  other_ticket_id bigint references ticket,
  dismissed_at timestamptz,
  check ((other_ticket_id is null) = (kind = 'subject'))
);
create unique index message_hint_once on message_hint (message_id, kind, coalesce(other_ticket_id, 0));
create index message_hint_other on message_hint (other_ticket_id) where other_ticket_id is not null;
