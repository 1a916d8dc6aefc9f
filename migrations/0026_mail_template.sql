-- Why:   a mailbox may write its mails in its own words; each change is a version, so that any can be taken up again.
-- Locks: new table only.
-- Old code during a rolling start: ignores the table and writes the defaults.

-- text null: the default holds from this version on. html null: made from text. broken_at: when it first could
-- not be written and the default went out in its place.
create table mail_template (
  id bigint generated always as identity primary key,
  mailbox_id bigint not null references mailbox on delete cascade,
  name text collate "C" not null,
  language text collate "C" not null,
  version integer not null,
  subject text,
  text text,
  html text,
  restored_from integer,
  agent_id bigint not null references agent,
  saved_at timestamptz not null default clock_timestamp(),
  broken_at timestamptz,
  broken_fault text,
  constraint mail_template_version unique (mailbox_id, name, language, version)
);
