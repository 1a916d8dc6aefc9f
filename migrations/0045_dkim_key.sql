-- Why:   a desk whose submission server does not sign its mail signs it itself (DKIM), one key for each domain it writes from.
-- Locks: a new table; nullable columns or with a constant default, metadata only.
-- Old code during a rolling start: ignores all three and sends unsigned, as before.

create table dkim_key (
  id bigint generated always as identity primary key,
  domain text collate "C" not null check (domain ~ '^[a-z0-9-]+(\.[a-z0-9-]+)+$' and length(domain) <= 200),
  selector text collate "C" not null check (selector ~ '^[a-z0-9-]{1,40}$'),
  public_key text collate "C" not null,
  private_sealed bytea not null,
  private_key_id bigint not null references key_ring,
  created_at timestamptz not null default clock_timestamp(),
  check_code text collate "C",
  check_found text,
  checked_at timestamptz,
  right_at timestamptz,
  retired_at timestamptz,
  unique (domain, selector),
  check ((check_code is null) = (checked_at is null)),
  check (retired_at is null or right_at is not null)
);
-- Of a domain one key signs, and one may wait until its record is right.
create unique index dkim_key_waiting on dkim_key (domain) where right_at is null;
create unique index dkim_key_signing on dkim_key (domain) where right_at is not null and retired_at is null;

alter table mailbox add column signs_dkim boolean not null default false;
-- By which key a mail was signed when it was handed over: a repeat of an uncertain one carries the same bytes. No
-- reference, since a key is deleted some weeks after it was replaced.
alter table outbox add column dkim_key_id bigint;
