-- Why:   new mail of a mailbox is the work of one team from its first moment, where an admin says so.
-- Locks: ADD COLUMN without default, metadata only, with a foreign key that nothing has to be looked up for; mailbox and
--        team_mailbox are locked against writers for that moment. The delete is of a few rows that nobody reads.
-- Old code during a rolling start: ignores the column. Taking mailboxes from a team there clears it also where the team
--        stays; removing a team there leaves it, and filing passes over a team that is removed.
delete from team_mailbox using team where team.id = team_id and removed_at is not null;
alter table mailbox add column default_team_id bigint;
-- No team is a mailbox's own where it does not work: what takes it from there clears the column.
alter table mailbox add constraint mailbox_default_team foreign key (default_team_id, id)
  references team_mailbox (team_id, mailbox_id) on delete set null (default_team_id) not valid;
