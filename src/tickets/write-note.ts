import type { Tx } from '../db/database.ts'
import { type GivenWords, getAgentWords } from './agent-words.ts'
import { insertNote } from './desk-rows.queries.ts'
import { lockForChange } from './lock-ticket.ts'
import { getCalled } from './mention-agents.ts'
import { insertMentions } from './mentions.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Writes a note agents see and no customer ever does, with its event `note_written`. The ticket's
 * state, and what stands in lists, stays as it is. Who is mentioned finds it in the queue Mentions, and
 * the event `mentioned` (`data`: agentIds, teamIds) says whom it names.
 *
 * @returns its id
 * @throws as lockForChange, getAgentWords and getCalled
 */
export async function writeNote(
  tx: Tx,
  note: { ticketId: number; agentId: number } & GivenWords,
): Promise<number> {
  const given = getAgentWords(note)
  const ticket = await lockForChange(tx, note.ticketId)
  const { agentIds, teamIds, nameOf } = await getCalled(tx, given.mentions, ticket.mailboxId)
  const { text, html } = given.naming(nameOf)
  const noteId = await insertNote(tx, {
    ticketId: ticket.id,
    authorId: note.agentId,
    html,
    // Postgres cannot hold U+0000 in text.
    text: text.replaceAll('\0', '\ufffd'),
  })
  await insertMentions(tx, { noteId, agentIds, teamIds })
  const event = { ticketId: ticket.id, agentId: note.agentId, noteId }
  const isCalling = given.mentions.agentIds.length + teamIds.length > 0
  const data = { agentIds: [...given.mentions.agentIds], teamIds }
  const mentions = isCalling ? [{ ...event, kind: 'mentioned' as const, data }] : []
  await writeTicketEvents(tx, [{ ...event, kind: 'note_written' }, ...mentions])
  return noteId
}
