import type { Tx } from '../db/database.ts'
import type { TicketState } from '../shared/vocabulary.ts'
import { insertTickets } from './ticket-rows.queries.ts'

/** A ticket that a message is about to open. `lastMessageAt` is the time of that message; one that is closed was so then. */
export type NewTicket = {
  mailboxId: number
  customerId: number | null
  subject: string
  state: TicketState
  lastMessageAt: Date
  /** When it began, where that was not now. */
  beganAt?: Date
  /** The default team of its mailbox has it from the first moment. */
  takesTeam?: boolean
}

/** `id` is internal, people see `number`; `replyKey` is what reply tokens sign. */
export type OpenedTicket = { id: number; number: number; replyKey: string; teamId: number | null }

/**
 * Opens tickets with one statement, empty as yet: their messages, and with them participants and
 * counts, follow by `addMessages`, the event by `writeTicketEvents`.
 *
 * @returns the keys, in the order of `rows`
 */
export async function openTickets(tx: Tx, rows: readonly NewTicket[]): Promise<OpenedTicket[]> {
  if (rows.length === 0) return []
  const opened = await insertTickets(
    tx,
    rows.map(row => ({
      mailbox_id: row.mailboxId,
      customer_id: row.customerId,
      subject: row.subject,
      state: row.state,
      last_message_at: row.lastMessageAt,
      created_at: row.beganAt ?? null,
      takes_team: row.takesTeam ?? false,
    })),
  )
  return opened.map(row => ({ id: row.id, number: row.number, replyKey: row.reply_key, teamId: row.team_id }))
}
