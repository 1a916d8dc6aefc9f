-- Why:   a sender who floods a mailbox waits behind the others, and what they would open as hundreds of tickets is
--        one; both counted in the database, whatever node fetches or files.
-- Locks: new tables only, but for the two of mail_instance's constraint, each metadata only: a new check is not valid,
--        so no row is read, and rows of the old one keep it.
-- Old code during a rolling start: files lane 2 after the others, each mail as it always did.
create table sender_flow (
  mailbox_id bigint not null references mailbox,
  sender uuid not null,
  level real not null,
  level_at timestamptz not null,
  primary key (mailbox_id, sender)
);

-- The tickets that storms are grouped in. key: of the sender, as inbound/storms.ts makes it.
create table storm_ticket (
  ticket_id bigint primary key references ticket,
  mailbox_id bigint not null references mailbox,
  key uuid not null,
  mails integer not null,
  last_at timestamptz not null
);
create index storm_ticket_key on storm_ticket (mailbox_id, key, last_at desc);

alter table mail_instance drop constraint mail_instance_lane_check;
alter table mail_instance add constraint mail_instance_lane_check check (lane in (0, 1, 2)) not valid;
