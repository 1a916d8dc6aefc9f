-- Why:   a key names one action of its agent.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: ignores the index, its actions have no key.
-- transaction: no
create unique index concurrently ticket_action_key on ticket_action (agent_id, key) where key is not null;
