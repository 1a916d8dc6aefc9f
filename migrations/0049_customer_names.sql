-- Why:   who begins a mail finds its customer by any word of the name, typed in part.
-- Locks: built concurrently, no lock that waits for or holds up writers.
-- Old code during a rolling start: keeps the index up to date.
-- transaction: no
create index concurrently customer_name_words on customer using gin (to_tsvector('simple', coalesce(name, '')));
