-- Why:   each message keeps the language of its new words, for spell-check, fonts, templates and search.
-- Locks: ADD COLUMN without a default, metadata only.
-- Old code during a rolling start: ignores the column; its messages are of no known language.
alter table message add column language text collate "C";
