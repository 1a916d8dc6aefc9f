-- Why:   each desk knows other things of its customers: admins define fields, agents fill them in beside a ticket.
-- Locks: new tables only; their foreign keys lock customer against changes of its columns for a moment.
-- Old code during a rolling start: ignores the tables; a merge of people by it leaves the values with whom they were.
create table customer_field (
  id bigint generated always as identity primary key,
  name text not null,
  kind text collate "C" not null check (kind in ('text', 'number', 'date', 'yes-no', 'choice', 'link')),
  hint text not null default '',
  -- In which order they are shown; of two with the same the older comes first.
  place integer not null,
  -- Counts the changes, so that of two admins at once nobody overwrites what they have not seen.
  version integer not null default 1,
  created_at timestamptz not null default clock_timestamp(),
  -- Kept for a while with its values, so that it can be taken back.
  removed_at timestamptz
);
create unique index customer_field_name on customer_field (lower(name)) where removed_at is null;

create table customer_field_option (
  id bigint generated always as identity primary key,
  field_id bigint not null references customer_field on delete cascade,
  name text not null,
  place integer not null,
  unique (field_id, id)
);
create unique index customer_field_option_name on customer_field_option (field_id, lower(name));

-- One column holds the value, in a type that can be compared and sorted; a link is text.
create table customer_field_value (
  customer_id bigint not null references customer on delete cascade,
  field_id bigint not null references customer_field on delete cascade,
  text_value text check (length(text_value) between 1 and 2000),
  number_value double precision check (number_value between -1e15 and 1e15),
  date_value date,
  is_yes boolean,
  option_id bigint,
  primary key (customer_id, field_id),
  check (num_nonnulls(text_value, number_value, date_value, is_yes, option_id) = 1),
  -- An option takes its values with it.
  foreign key (field_id, option_id) references customer_field_option (field_id, id) on delete cascade
);
create index customer_field_value_field on customer_field_value (field_id, option_id);
