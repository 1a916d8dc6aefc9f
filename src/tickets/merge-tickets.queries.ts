import { sql } from 'kysely'
import type { Tx } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import type { SightChange } from './put-away.queries.ts'

/** A ticket that takes part in a merge or a move. */
export type PlaceTicket = {
  id: number
  number: number
  mailboxId: number
  state: TicketState
  assigneeId: number | null
  teamId: number | null
  customerId: number | null
  /** Of the ticket that has its messages, when it was merged. */
  mergedIntoNumber: number | null
}

/** What of the survivor a merge may change. */
export type SurvivorFields = Pick<PlaceTicket, 'state' | 'assigneeId' | 'teamId' | 'customerId'>

/** What a merge changed, kept so that it can be undone. */
export type MergeChanges = {
  before: SurvivorFields
  after: SurvivorFields
  addedTagIds: number[]
  /** What was written to either ticket by then has at most this id. */
  afterMessageId: number
  /** Of a survivor that was put away or in the Trash; absent where the merge left that as it was. */
  sight?: SightChange
}

/** A merge as it was made; `mergedInto` is where the messages are today. */
export type MergeRow = {
  id: number
  survivorId: number
  mergedId: number
  isUndone: boolean
  changes: MergeChanges
  mergedIntoId: number | null
}

/** Locks tickets with their twins, and all that were merged into one of them, in ascending id. */
export async function lockPlaceTickets(
  tx: Tx,
  ticketIds: readonly number[],
): Promise<Map<number, PlaceTicket>> {
  const { rows } = await sql<PlaceTicket>`
    with named as materialized (
      select id, twin_of_id from ticket where id = any(${[...ticketIds]}::bigint[])
    ), lead as materialized (select distinct coalesce(twin_of_id, id) as id from named
    ), member as materialized (
      select id from named union select id from lead
      union select t.id from lead join ticket t on t.twin_of_id = lead.id
      union select t.id from named join ticket t on t.merged_into_id = named.id)
    select t.id, t.number, t.mailbox_id as "mailboxId", t.state, t.assignee_id as "assigneeId",
      t.team_id as "teamId", t.customer_id as "customerId",
      (select s.number from ticket s where s.id = t.merged_into_id) as "mergedIntoNumber"
    from member join ticket t on t.id = member.id order by t.id for no key update of t`.execute(tx)
  return new Map(rows.map(row => [row.id, row]))
}

/** Enters a merge and what it moves: all messages and notes of the merged ticket. @returns its id */
export async function insertMerge(
  tx: Tx,
  merge: { survivorId: number; mergedId: number; agentId: number | null; changes: MergeChanges },
): Promise<number> {
  const { id } = await tx
    .insertInto('ticket_merge')
    .values({
      survivor_id: merge.survivorId,
      merged_id: merge.mergedId,
      agent_id: merge.agentId,
      changes: JSON.stringify(merge.changes),
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await sql`
    insert into merge_item (merge_id, message_id, from_ticket_id)
    select ${id}, id, ticket_id from message where ticket_id = ${merge.mergedId} order by id`.execute(tx)
  await sql`
    insert into merge_note (merge_id, note_id)
    select ${id}, id from note where ticket_id = ${merge.mergedId} order by id`.execute(tx)
  return id
}

/** Gives the survivor everything the merged ticket held, and sends what led there to it. */
export async function takeOver(tx: Tx, from: number, to: number): Promise<void> {
  await sql`update message set ticket_id = ${to} where ticket_id = ${from}`.execute(tx)
  await sql`update note set ticket_id = ${to} where ticket_id = ${from}`.execute(tx)
  await sql`
    update ticket set merged_into_id = ${to} where id = ${from} or merged_into_id = ${from}`.execute(tx)
}

/** Copies tags the survivor lacks. @returns which */
export async function copyTags(tx: Tx, from: number, to: number): Promise<number[]> {
  const { rows } = await sql<{ tag_id: number }>`
    insert into ticket_tag (ticket_id, tag_id)
    select ${to}, tag_id from ticket_tag where ticket_id = ${from} order by tag_id
    on conflict do nothing returning tag_id`.execute(tx)
  return rows.map(row => row.tag_id)
}

/** Takes tags off again. */
export async function removeTags(tx: Tx, ticketId: number, tagIds: readonly number[]): Promise<void> {
  await sql`
    delete from ticket_tag where ticket_id = ${ticketId} and tag_id = any(${[...tagIds]}::bigint[])`.execute(
    tx,
  )
}

/** Writes whose a ticket is and whom it is with. */
export async function writePeople(
  tx: Tx,
  ticketId: number,
  people: Pick<SurvivorFields, 'assigneeId' | 'teamId' | 'customerId'>,
): Promise<void> {
  await tx
    .updateTable('ticket')
    .set({ assignee_id: people.assigneeId, team_id: people.teamId, customer_id: people.customerId })
    .where('id', '=', ticketId)
    .execute()
}

/** A merge, locked until the transaction ends. */
export async function lockMerge(tx: Tx, mergeId: number): Promise<MergeRow | undefined> {
  const { rows } = await sql<MergeRow>`
    select g.id, g.survivor_id as "survivorId", g.merged_id as "mergedId", g.changes,
      g.undone_at is not null as "isUndone",
      (select merged_into_id from ticket where id = g.merged_id) as "mergedIntoId"
    from ticket_merge g where g.id = ${mergeId} for update`.execute(tx)
  return rows[0]
}

/** Where the messages of a merged ticket are today; null when it was not merged. */
export async function selectMergedInto(tx: Tx, ticketId: number): Promise<number | null> {
  const row = await tx
    .selectFrom('ticket')
    .select('merged_into_id')
    .where('id', '=', ticketId)
    .executeTakeFirst()
  return row?.merged_into_id ?? null
}

/** The messages a merge moved. */
export async function selectMergeItems(tx: Tx, mergeId: number): Promise<number[]> {
  const { rows } = await sql<{ id: number }>`
    select message_id as id from merge_item where merge_id = ${mergeId} order by message_id`.execute(tx)
  return rows.map(row => row.id)
}

/** Gives a ticket back the notes that a merge took from it, if they are still in the survivor. */
export async function giveBackNotes(
  tx: Tx,
  by: { mergeId: number; from: number; to: number },
): Promise<void> {
  await sql`
    update note set ticket_id = ${by.to} where ticket_id = ${by.from}
      and id in (select note_id from merge_note where merge_id = ${by.mergeId})`.execute(tx)
}

/** Ends a merge: the ticket stands for itself again, and for those that were merged into it and still are. */
export async function writeUnmerged(tx: Tx, merge: { id: number; mergedId: number }): Promise<void> {
  await sql`update ticket_merge set undone_at = clock_timestamp() where id = ${merge.id}`.execute(tx)
  await sql`update ticket set merged_into_id = null where id = ${merge.mergedId}`.execute(tx)
  await sql`
    with recursive below as (
      select merged_id from ticket_merge where survivor_id = ${merge.mergedId} and undone_at is null
      union
      select g.merged_id from ticket_merge g join below on g.survivor_id = below.merged_id
      where g.undone_at is null
    )
    update ticket set merged_into_id = ${merge.mergedId} from below where ticket.id = below.merged_id`.execute(
    tx,
  )
}
