-- Why:   an agent forwards a message to a third party, and what is written with them stays apart from what is written with the customer.
-- Locks: ADD COLUMN without default, metadata only. The foreign key is not valid, so no row is read.
-- Old code during a rolling start: files a third party's answers as those of a newcomer, who gets nothing.

-- The forward that began it, which names itself; null for what is written with the customer.
alter table message add column side_thread_id bigint;
alter table message add constraint message_side_thread foreign key (side_thread_id) references message not valid;
