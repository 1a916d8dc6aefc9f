import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { Direction, MailKind, PlacedBy, TicketState } from '../shared/vocabulary.ts'

/** A message that is about to be moved, with the ticket it is in. */
export type MovingMessage = {
  id: number
  ticketId: number
  subject: string
  receivedAt: Date
  direction: Direction
  kind: MailKind
  /** Of whose mail an agent forwarded, else of the sender. */
  fromAddress: string | null
  customerId: number | null
  defects: string[]
  placedBy: PlacedBy
  placedByMessageId: number | null
  placedByRef: string | null
  isNewcomer: boolean
}

/** Why a message is in its ticket. */
export type PlacedRow = Pick<MovingMessage, 'placedBy' | 'placedByMessageId' | 'placedByRef' | 'isNewcomer'>

/** Some messages, oldest first; read them again once their ticket is locked. */
export async function selectMovingMessages(
  db: Tx | Db,
  messageIds: readonly number[],
): Promise<MovingMessage[]> {
  const { rows } = await sql<MovingMessage>`
    select id, ticket_id as "ticketId", subject, received_at as "receivedAt", direction, kind,
      coalesce(forwarded_address, from_address) as "fromAddress", customer_id as "customerId", defects, placed_by as "placedBy",
      placed_by_message_id as "placedByMessageId", placed_by_ref as "placedByRef",
      is_newcomer as "isNewcomer"
    from message where id = any(${[...messageIds]}::bigint[]) order by received_at, id`.execute(db)
  return rows
}

/** How many messages a ticket holds. */
export async function countMessages(tx: Tx, ticketId: number): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from message where ticket_id = ${ticketId}`.execute(tx)
  return rows[0]?.count ?? 0
}

/** Who belongs to a ticket's exchange, in normal form: newcomers do not. */
export async function selectBelonging(tx: Tx, ticketId: number): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('participant')
    .select('address')
    .where('ticket_id', '=', ticketId)
    .where('kind', '<>', 'newcomer')
    .execute()
  return new Set(rows.map(row => row.address))
}

/** Writes why a message is where it is. */
export async function writePlaced(tx: Tx, messageId: number, placed: PlacedRow): Promise<void> {
  await tx
    .updateTable('message')
    .set({
      placed_by: placed.placedBy,
      placed_by_message_id: placed.placedByMessageId,
      placed_by_ref: placed.placedByRef,
      is_newcomer: placed.isNewcomer,
    })
    .where('id', '=', messageId)
    .execute()
}

/** A move as it was made, with what the message said before of why it was where it was. */
export type MoveRow = PlacedRow & {
  id: number
  messageId: number
  fromTicketId: number
  toTicketId: number
  isSplit: boolean
  /** The state of the target before the move opened it; null where it did not. */
  stateBefore: TicketState | null
  afterMessageId: number
  isUndone: boolean
}

/** Enters a move. @returns its id */
export async function insertMove(
  tx: Tx,
  move: Omit<MoveRow, 'id' | 'isUndone'> & { agentId: number },
): Promise<number> {
  const row = await tx
    .insertInto('message_move')
    .values({
      message_id: move.messageId,
      from_ticket_id: move.fromTicketId,
      to_ticket_id: move.toTicketId,
      agent_id: move.agentId,
      is_split: move.isSplit,
      state_before: move.stateBefore,
      after_message_id: move.afterMessageId,
      placed_by: move.placedBy,
      placed_by_message_id: move.placedByMessageId,
      placed_by_ref: move.placedByRef,
      is_newcomer: move.isNewcomer,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return row.id
}

/**
 * A move, locked until the transaction ends; first the one asked for, then the other messages that became a ticket
 * with it: a ticket is made by one split at most.
 */
export async function lockMoves(tx: Tx, moveId: number): Promise<MoveRow[]> {
  const { rows } = await sql<MoveRow>`
    with asked as materialized (select id, from_ticket_id, to_ticket_id, is_split from message_move where id = ${moveId}),
    together as materialized (
      select id from asked
      union select m.id from asked join message_move m
        on m.from_ticket_id = asked.from_ticket_id and m.to_ticket_id = asked.to_ticket_id
      where asked.is_split and m.is_split)
    select id, message_id as "messageId", from_ticket_id as "fromTicketId", to_ticket_id as "toTicketId",
      is_split as "isSplit", state_before as "stateBefore", after_message_id as "afterMessageId",
      placed_by as "placedBy", placed_by_message_id as "placedByMessageId",
      placed_by_ref as "placedByRef", is_newcomer as "isNewcomer", undone_at is not null as "isUndone"
    from message_move where id in (select id from together) order by id for update`.execute(tx)
  return rows.toSorted((a, b) => Number(b.id === moveId) - Number(a.id === moveId))
}

/** Notes that a move was taken back. */
export async function writeMoveUndone(tx: Tx, moveId: number): Promise<void> {
  await sql`update message_move set undone_at = clock_timestamp() where id = ${moveId}`.execute(tx)
}
