-- Why:   what of a message is folded (quotes, signatures) is kept as places in its text, so that a quote between
--        answers can be open and one above them folded.
-- Locks: ADD COLUMN without default, metadata only.
-- Old code during a rolling start: ignores the column; what it writes has no folds, and they are read off visible_text.
alter table message_body add column folds jsonb;
