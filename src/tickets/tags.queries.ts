import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'

/** Makes the tags that do not exist yet; in order of name, so that two writers never deadlock. */
export async function addMissingTags(tx: Tx, names: readonly string[]): Promise<void> {
  await sql`insert into tag (name) select name from unnest(${[...names]}::text[]) name order by name
    on conflict (name) do nothing`.execute(tx)
}

/** Puts tags on a ticket; gives back the names it did not carry before, by name. */
export async function addTicketTags(tx: Tx, ticketId: number, names: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with added as (
      insert into ticket_tag (ticket_id, tag_id)
      select ${ticketId}, id from tag where name = any(${[...names]}::text[]) order by id
      on conflict (ticket_id, tag_id) do nothing returning tag_id)
    select tag.name from added join tag on tag.id = added.tag_id order by tag.name`.execute(tx)
  return rows.map(row => row.name)
}

/** Takes tags off a ticket; gives back the names it carried, by name. The tags themselves stay. */
export async function removeTicketTags(
  tx: Tx,
  ticketId: number,
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with removed as (
      delete from ticket_tag using tag
      where ticket_tag.ticket_id = ${ticketId} and tag.id = ticket_tag.tag_id
        and tag.name = any(${[...names]}::text[])
      returning tag.name)
    select name from removed order by name`.execute(tx)
  return rows.map(row => row.name)
}

/** The names of tags on tickets of these mailboxes, by name: nobody learns a word used elsewhere only. */
export async function selectTagNames(db: Db, mailboxIds: readonly number[]): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select name from tag where (
      -- one ticket is enough: with exists all tickets of all tags are joined
      select true from ticket_tag join ticket on ticket.id = ticket_tag.ticket_id
      where ticket_tag.tag_id = tag.id and ticket.mailbox_id = any(${[...mailboxIds]}::bigint[]) limit 1)
    order by name`.execute(db)
  return rows.map(row => row.name)
}
