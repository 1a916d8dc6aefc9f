-- Why:   an acceptance moves the time of a reply by seconds, and all its words were made again for that: a sixth of the
--        CPU of sending. Its time in search_row stays as it was when both lie in one quarter of an hour, in which no
--        day of any time zone ends, so that each search by days finds what it found.
-- Locks: SHARE ROW EXCLUSIVE on message for the moment of the change, no rows are read.
-- Old code during a rolling start: does not notice.
create or replace trigger message_changed_search
  after update of ticket_id, received_at, subject, forwarded_address on message
  for each row when (
    (old.ticket_id, date_bin('15 minutes', old.received_at, timestamptz 'epoch'), old.subject, old.forwarded_address)
    is distinct from
    (new.ticket_id, date_bin('15 minutes', new.received_at, timestamptz 'epoch'), new.subject, new.forwarded_address))
  execute function note_search_message();
