-- Why:   automatic mail is decided once per ticket and counted by address, domain and mailbox, within hours and not
--        by calendar day; what was held back is kept too, so that admins see it.
-- Locks: a new table; columns without a default, metadata only. The foreign keys lock mailbox and ticket for a moment.
-- Old code during a rolling start: counts in `acknowledgement`, which new code no longer reads or writes; for that
--        time an address can get one more. The table goes in a later release.
create table automatic_mail (
  ticket_id bigint primary key references ticket,
  mailbox_id bigint not null references mailbox,
  address text collate "C" not null,
  domain text collate "C" not null,
  decided_at timestamptz not null default clock_timestamp(),
  held_by text collate "C" check (held_by in ('address', 'domain', 'breaker'))
);
create index automatic_mail_address on automatic_mail (address, decided_at);
create index automatic_mail_domain on automatic_mail (domain, decided_at) where held_by is null;
create index automatic_mail_mailbox on automatic_mail (mailbox_id, decided_at);

-- The breaker: since when and until when a mailbox answers nobody by itself.
alter table mailbox
  add column automatic_held_at timestamptz,
  add column automatic_held_until timestamptz;
