-- Why:   what agents write has looks and pictures: the words go back into the composer as they were.
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: writes and shows the text alone, which is always there.
alter table message_body add column words_html text;
alter table note add column html text;
