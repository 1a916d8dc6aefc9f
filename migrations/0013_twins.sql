-- Why:   tickets that copies of one mail opened in several of our mailboxes are one matter with one lead.
-- Locks: a new table; columns without default and constraints not yet valid, metadata only.
-- Old code during a rolling start: opens tickets that are no twins of others, and lists twins beside their leads.

-- The mails that may have a copy in another mailbox, and the ticket that got the first copy: whoever enters
-- the key second finds the twin. The key is of the mail and whom it names (inbound/twin-key.ts).
create table twin (
  key bytea primary key,
  ticket_id bigint not null references ticket on delete cascade,
  is_opener boolean not null,
  received_at timestamptz not null
);
create index twin_ticket on twin (ticket_id);

-- The ticket that leads this one, and its mailbox, which decides what a list shows; null: leads, or is alone.
alter table ticket add column twin_of_id bigint, add column twin_mailbox_id bigint;
alter table ticket add constraint ticket_twin_of foreign key (twin_of_id) references ticket not valid;
alter table ticket add constraint ticket_twin_whole check (
  (twin_of_id is null) = (twin_mailbox_id is null) and twin_of_id <> id) not valid;

-- What the mail is, without what servers wrote on its way: equal in two mailboxes, the messages are copies.
-- Null for what we sent.
alter table message add column copy_key bytea;
