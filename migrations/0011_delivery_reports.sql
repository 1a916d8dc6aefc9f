-- Why:   a server that took our mail may tell later, by mail, that it is late, arrived or came back, and why.
-- Locks: ADD COLUMN without default; the check is exchanged NOT VALID, as every old word is in the new list. No scan.
-- Old code during a rolling start: ignores the column, and shows a recipient in a new state without words.
alter table outbox_recipient add column reason text collate "C";
alter table outbox_recipient add constraint outbox_recipient_reason_check check (reason in (
  'unknown-address', 'unknown-domain', 'address-disabled', 'mailbox-full', 'too-large', 'spam', 'blocked',
  'authentication', 'policy', 'too-many', 'expired', 'server-trouble', 'other')) not valid;
alter table outbox_recipient drop constraint outbox_recipient_state_check;
alter table outbox_recipient add constraint outbox_recipient_state_check
  check (state in ('due', 'accepted', 'delayed', 'delivered', 'bounced', 'failed')) not valid;
