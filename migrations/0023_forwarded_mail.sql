-- Why:   whose mail an agent forwarded to us is kept with the message. forward is what the agent's program says of it;
--        forwarded_address stands once that person is the customer, and is null while an agent has yet to say so.
-- Locks: columns without a default: metadata only.
-- Old code during a rolling start: writes such mail as the agent's own, and answers the customer all the same, as
--        participants and tickets name them.

alter table message
  add column forward jsonb,
  add column forwarded_name text,
  add column forwarded_address text;
