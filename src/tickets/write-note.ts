import type { Tx } from '../db/database.ts'
import { type GivenWords, getAgentWords } from './agent-words.ts'
import { insertNote } from './desk-rows.queries.ts'
import { lockForChange } from './lock-ticket.ts'
import { getMentioned } from './mention-agents.ts'
import { insertMentions } from './mentions.queries.ts'
import { writeTicketEvents } from './ticket-events.ts'

/**
 * Writes a note agents see and no customer ever does, with its event `note_written`. The ticket's
 * state, and what stands in lists, stays as it is. Who is mentioned finds it in the queue Mentions, and
 * the event `mentioned` (`data`: agentIds) says so.
 *
 * @returns its id
 * @throws as lockForChange, getAgentWords and getMentioned
 */
export async function writeNote(
  tx: Tx,
  note: { ticketId: number; agentId: number } & GivenWords,
): Promise<number> {
  const given = getAgentWords(note)
  const ticket = await lockForChange(tx, note.ticketId)
  const mentioned = await getMentioned(tx, given.mentionIds, ticket.mailboxId)
  const { text, html } = given.naming(mentioned)
  const noteId = await insertNote(tx, {
    ...{ ticketId: ticket.id, authorId: note.agentId, html },
    // Postgres cannot hold U+0000 in text.
    text: text.replaceAll('\0', '\ufffd'),
  })
  const agentIds = [...mentioned.keys()]
  await insertMentions(tx, { noteId, agentIds })
  const event = { ticketId: ticket.id, agentId: note.agentId, noteId }
  const mentions = agentIds.length === 0 ? [] : [{ ...event, kind: 'mentioned' as const, data: { agentIds } }]
  await writeTicketEvents(tx, [{ ...event, kind: 'note_written' }, ...mentions])
  return noteId
}
