-- Why:   admins are told once of what is wrong, by a second path, and once when it is over: what is open and whom it was
--        told to is kept over restarts and between nodes.
-- Locks: new tables only.
-- Old code during a rolling start: ignores them.

create table health_alert (
  id bigint generated always as identity primary key,
  -- What it is about, such as `fetching 3`: of each there is one that is not over.
  key text collate "C" not null,
  trouble text collate "C" not null,
  mailbox_id bigint references mailbox on delete cascade,
  -- Of the mailbox, the app or the disk.
  name text not null,
  code text collate "C",
  detail text,
  began_at timestamptz not null,
  -- Of something that ends on a known day: that day, and how many days ahead it was told last (14, 3, 1, 0).
  ends_at timestamptz,
  stage smallint,
  opened_at timestamptz not null,
  -- Since when it is not to be seen any more; it is over when that lasts.
  gone_at timestamptz,
  closed_at timestamptz
);
create unique index health_alert_open on health_alert (key) where closed_at is null;
create index health_alert_closed on health_alert (closed_at desc) where closed_at is not null;

-- Who was told what of an alert: `opened`, `stage-3`, `healed`. `agent-7` or `webhook`.
create table health_notice (
  alert_id bigint not null references health_alert on delete cascade,
  what text collate "C" not null,
  reader text collate "C" not null,
  told_at timestamptz not null default clock_timestamp(),
  primary key (alert_id, what, reader)
);

-- One row. The address of a webhook is a secret: whoever has it can write there.
create table health_setting (
  is_only boolean primary key default true check (is_only),
  looked_at timestamptz,
  webhook_sealed bytea,
  webhook_key_id bigint references key_ring,
  webhook_host text collate "C",
  check ((webhook_sealed is null) = (webhook_key_id is null) and (webhook_sealed is null) = (webhook_host is null))
);
insert into health_setting default values;
