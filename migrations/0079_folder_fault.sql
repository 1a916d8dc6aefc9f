-- Why:   a watched folder that cannot be read is told with its cause, beside the folders that can.
-- Locks: columns that may be null: moments.
-- Old code during a rolling start: ignores them. What it notes of a folder has no cause until the next look.
alter table folder
  -- Why it cannot be read while gone_since is set: the fault's code and the server's words.
  add column gone_code text collate "C",
  add column gone_detail text;
