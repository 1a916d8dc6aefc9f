-- Why:   on Gmail one folder holds what came and what was sent: its labels say of each mail which it is. And a mail that the
--        server calls by an id we know is not fetched again.
-- Locks: a column that may be null, a constraint that is not validated: moments.
-- Old code during a rolling start: goes by the folder. All Mail is watched only where an admin chose it in the new code; what
--        an old worker files of it in that minute counts as received.

-- Null: that of its folder. self: written by us, and it came to us.
alter table mail_instance
  add column role text collate "C",
  add constraint mail_instance_role_check check (role in ('sent', 'junk', 'self')) not valid;
