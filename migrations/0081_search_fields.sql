-- Why:   what stands in the fields of a customer is found by search: with the first message of each of their tickets,
--        whose words are made again when a value, its field, the customer or the place of a message changes.
-- Locks: the triggers lock the two tables of fields, customer_field_value, ticket and message against writers for a
--        moment; of values that are there only those of customers are read, by their key.
-- Old code during a rolling start: makes words without the values; the next change of them mends it.

-- Of a customer with very many tickets the newest are enough to be found by.
create function search_customers_again(customer_ids bigint[]) returns void language sql as $$
  insert into search_due (message_id)
  select first.id from unnest(customer_ids) as wanted (id)
    cross join lateral (
      select t.id from ticket t where t.customer_id = wanted.id order by t.last_message_at desc limit 200) own
    cross join lateral (
      select m.id from message m where m.ticket_id = own.id order by m.received_at, m.id limit 1) first
$$;

create function search_tickets_again(ticket_ids bigint[]) returns void language sql as $$
  insert into search_due (message_id)
  select first.id from unnest(ticket_ids) as wanted (id)
    cross join lateral (
      select m.id from message m where m.ticket_id = wanted.id order by m.received_at, m.id limit 1) first
$$;

create function note_search_values() returns trigger language plpgsql as $$
begin
  perform search_customers_again(array(select distinct customer_id from changed));
  return null;
end $$;

create function note_search_field() returns trigger language plpgsql as $$
begin
  perform search_customers_again(array(select customer_id from customer_field_value where field_id = new.id));
  return null;
end $$;

create function note_search_option() returns trigger language plpgsql as $$
begin
  perform search_customers_again(array(
    select customer_id from customer_field_value where field_id = new.field_id and option_id = new.id));
  return null;
end $$;

create function note_search_customer() returns trigger language plpgsql as $$
begin
  perform search_tickets_again(array[new.id]);
  return null;
end $$;

create function note_search_place() returns trigger language plpgsql as $$
begin
  perform search_tickets_again(array[old.ticket_id, new.ticket_id]);
  return null;
end $$;

create trigger customer_field_value_added_search after insert on customer_field_value
  referencing new table as changed for each statement execute function note_search_values();
create trigger customer_field_value_changed_search after update on customer_field_value
  referencing new table as changed for each statement execute function note_search_values();
create trigger customer_field_value_removed_search after delete on customer_field_value
  referencing old table as changed for each statement execute function note_search_values();
create trigger customer_field_removed_search after update of removed_at on customer_field
  for each row when ((old.removed_at is null) is distinct from (new.removed_at is null))
  execute function note_search_field();
-- Names that stand there only while others change place begin with a sign no name can have.
create trigger customer_field_option_renamed_search after update of name on customer_field_option
  for each row when (left(new.name, 1) <> chr(1)) execute function note_search_option();
create trigger ticket_given_search after update of customer_id on ticket
  for each row when (old.customer_id is distinct from new.customer_id) execute function note_search_customer();
create trigger message_placed_search after update of ticket_id on message
  for each row when (old.ticket_id is distinct from new.ticket_id) execute function note_search_place();

select search_customers_again(array(select distinct customer_id from customer_field_value));
