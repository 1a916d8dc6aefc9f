-- Why:   an agent's notifications include the tickets that colleagues gave them, the latest first.
-- Locks: built concurrently, no lock that waits for or holds up writers; the statistics are a row in the catalogue.
-- Old code during a rolling start: keeps the index up to date.
-- transaction: no
create index concurrently ticket_event_assigned on ticket_event ((data ->> 'to'), at desc, id desc)
  where kind = 'assigned' and data ->> 'to' <> agent_id::text;
-- Without them each agent would be taken for one of two hundred, and all they were given be sorted for the latest.
create statistics if not exists ticket_event_to on (data ->> 'to') from ticket_event;
