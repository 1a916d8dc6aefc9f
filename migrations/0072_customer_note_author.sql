-- Why:   a note about a customer says who changed it last, and when; of older notes nobody knows.
-- Locks: two columns that may be null, a constraint that is not validated: moments.
-- Old code during a rolling start: changes a note and leaves who changed it before.
alter table customer
  add column note_agent_id bigint,
  add column noted_at timestamptz,
  add constraint customer_note_agent foreign key (note_agent_id) references agent not valid;
