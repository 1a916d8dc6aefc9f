-- Why:   a message can be moved, tickets merged and unmerged, and each says why it is where it is.
-- Locks: ADD COLUMN without default, metadata only; its foreign key needs no check, as every value is null.
--        The rest is new tables.
-- Old code during a rolling start: ignores columns and tables; it shows a merged ticket as an empty one.

-- The id, or the address with the token, that led to the ticket; its first 255 characters.
alter table message add column placed_by_ref text collate "C";
-- Always the ticket that has the messages today, never another merged one.
alter table ticket add column merged_into_id bigint references ticket;

-- What agents decided about single messages, with what stood there before, so that it can be undone.
create table message_move (
  id bigint generated always as identity primary key,
  message_id bigint not null references message,
  from_ticket_id bigint not null references ticket,
  to_ticket_id bigint not null references ticket,
  agent_id bigint not null references agent,
  moved_at timestamptz not null default clock_timestamp(),
  is_split boolean not null,
  -- The target's state before the move opened it.
  state_before text collate "C",
  -- What was written to either ticket by then has at most this id.
  after_message_id bigint not null,
  placed_by text collate "C" not null,
  placed_by_message_id bigint references message,
  placed_by_ref text collate "C",
  is_newcomer boolean not null,
  undone_at timestamptz
);
create index message_move_message on message_move (message_id);
create index message_move_from on message_move (from_ticket_id, to_ticket_id);

-- One merge; agent_id is null where a mail that belongs to both caused it.
create table ticket_merge (
  id bigint generated always as identity primary key,
  survivor_id bigint not null references ticket,
  merged_id bigint not null references ticket,
  agent_id bigint references agent,
  merged_at timestamptz not null default clock_timestamp(),
  -- The survivor's state, assignee and customer before and after, and the tags it gained.
  changes jsonb not null,
  undone_at timestamptz
);
create unique index ticket_merge_merged on ticket_merge (merged_id) where undone_at is null;
create index ticket_merge_survivor on ticket_merge (survivor_id);

create table merge_item (
  merge_id bigint not null references ticket_merge,
  message_id bigint not null references message,
  from_ticket_id bigint not null references ticket,
  primary key (merge_id, message_id)
);
create index merge_item_message on merge_item (message_id);
create index merge_item_from on merge_item (from_ticket_id, message_id);

create table merge_note (
  merge_id bigint not null references ticket_merge,
  note_id bigint not null references note,
  primary key (merge_id, note_id)
);
