-- Why:   a reply that comes back as a draft must answer, and quote, the message its agent chose, not the customer's newest.
-- Locks: ADD COLUMN without default, metadata only. The foreign key is not valid, so no row is read.
-- Old code during a rolling start: leaves it null; such a reply comes back as an answer to the newest message, as before.

-- The message its agent chose to answer; null where it answers the newest.
alter table outbox add column answered_message_id bigint;
alter table outbox add constraint outbox_answered_message foreign key (answered_message_id) references message not valid;
