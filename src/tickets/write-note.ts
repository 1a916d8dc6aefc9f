import type { Tx } from '../db/database.ts'
import { type GivenWords, getAgentWords } from './agent-words.ts'
import { insertNote, type NoteRow } from './desk-rows.queries.ts'
import { lockForChange } from './lock-ticket.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Writes a note agents see and no customer ever does, with its event `note_written`. The ticket's
 * state, and what stands in lists, stays as it is.
 *
 * @throws as lockForChange and getAgentWords
 */
export async function writeNote(
  tx: Tx,
  note: { ticketId: number; agentId: number } & GivenWords,
): Promise<NoteRow> {
  const words = getAgentWords(note)
  const ticket = await lockForChange(tx, note.ticketId)
  // Postgres cannot hold U+0000 in text.
  const text = words.text.replaceAll('\0', '\ufffd')
  const row = await insertNote(tx, { ticketId: ticket.id, authorId: note.agentId, text, html: words.html })
  await writeTicketEvents(tx, [
    { ticketId: ticket.id, kind: 'note_written', agentId: note.agentId, noteId: row.id },
  ])
  return row
}
