-- Why:   phrases were looked at in the texts of a thousand mails for a page of them. Now words say where they stand, so
--        that the index row alone tells; rows whose words do not are looked at in their texts, as all were before.
-- Locks: ADD COLUMN with a constant default, metadata only; search_row is locked against everybody for that moment.
-- Old code during a rolling start: ignores the column; rows it writes say rightly that their words have no places.
alter table search_row add column has_places boolean not null default false;
