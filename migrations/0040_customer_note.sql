-- Why:   what a team knows about a customer stands beside each of their tickets, and a language that an agent
--        chose is not overruled by the next mail.
-- Locks: metadata only: a nullable column and one with a constant default.
-- Old code during a rolling start: ignores both, and may overrule a chosen language once more.

alter table customer add column note text check (length(note) <= 20000);
alter table customer add column is_language_chosen boolean not null default false;
