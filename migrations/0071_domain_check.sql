-- Why:   admins see whether the records of the domains they write from are right, and which exactly to add.
-- Locks: a new table only.
-- Old code during a rolling start: ignores it.

create table domain_check (
  domain text collate "C" primary key,
  checked_at timestamptz not null,
  -- What was found of each record and what to add (health/judge-domain.ts); null: DNS did not answer.
  records jsonb
);
