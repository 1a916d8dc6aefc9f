-- Why:   a mailbox may have no IMAP server: the operator's own mail server hands its mail in (MAIL_INTAKE), and says through
--        which door, so that admins can be told what to set up there and when no door is open.
-- Locks: constraints that are not validated, columns that may be null or have a constant default: moments.
-- Old code during a rolling start: hands no mail to such a mailbox and sends its replies as any other's. Where practice is
--        on it tries to watch it, and shows no-mail-server on it until mail is handed in.
alter table mailbox
  drop constraint mailbox_kind_check,
  add constraint mailbox_kind_check check (kind in ('imap', 'practice', 'intake')) not valid,
  drop constraint mailbox_check,
  add constraint mailbox_servers_check check (kind = 'practice' or smtp_host is not null
    and (kind = 'intake' or imap_host is not null and username is not null)) not valid,
  add constraint mailbox_intake_check check (kind <> 'intake' or imap_host is null and sent_copy = 'none') not valid;

alter table instance
  -- The doors it keeps open for mail that is handed in, as in MAIL_INTAKE, and when it last did.
  add column mail_intake text[] not null default '{}',
  add column mail_intake_at timestamptz;
