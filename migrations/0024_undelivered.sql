-- Why:   a reply that did not arrive is work: it stands in the queue Not delivered until another followed it or an agent put it aside.
-- Locks: new table; what failed before is copied by one read of outbox and outbox_recipient.
-- Old code during a rolling start: ignores the table; what fails in those seconds is marked on its ticket as before, and missing from the queue.

create table undelivered (
  message_id bigint primary key references outbox on delete cascade,
  since timestamptz not null default clock_timestamp(),
  followed_by_id bigint references message,
  put_aside_at timestamptz,
  put_aside_by bigint references agent
);
create index undelivered_open on undelivered (message_id) where followed_by_id is null and put_aside_at is null;
create index undelivered_followed on undelivered (followed_by_id) where followed_by_id is not null;

insert into undelivered (message_id, since, followed_by_id)
select m.id, coalesce(o.settled_at, o.queued_at), (
  select later.id from message later join outbox lo on lo.message_id = later.id
  where later.ticket_id = m.ticket_id and (later.received_at, later.id) > (m.received_at, m.id)
    and lo.lane = 0 and lo.state not in ('failed', 'cancelled')
  order by later.received_at, later.id limit 1)
from message m join outbox o on o.message_id = m.id
where m.direction = 'outbound' and o.lane = 0 and m.author_id is not null
  and (o.state = 'failed' or exists (
    select from outbox_recipient r where r.message_id = o.message_id and r.state in ('failed', 'bounced')));
