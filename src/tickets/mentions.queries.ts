import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import type { AgentState, Role } from '../shared/vocabulary.ts'

/** An agent who may be mentioned, with what decides it. `hasMailbox`: a row lets them use the mailbox. */
export type MentionedAgent = { id: number; name: string; role: Role; state: AgentState; hasMailbox: boolean }

/** Which of some agents there are, as far as one mailbox is concerned. */
export async function selectMentioned(
  tx: Tx,
  agentIds: readonly number[],
  mailboxId: number,
): Promise<MentionedAgent[]> {
  const { rows } = await sql<MentionedAgent>`
    select a.id, a.name, a.role, a.state, exists (
      select from agent_mailbox am where am.agent_id = a.id and am.mailbox_id = ${mailboxId}) as "hasMailbox"
    from agent a where a.id = any(${[...agentIds]}::bigint[]) order by a.id`.execute(tx)
  return rows
}

/** Enters whom a note calls, and the teams it names; its author has seen it. */
export async function insertMentions(
  tx: Tx,
  note: { noteId: number; agentIds: readonly number[]; teamIds: readonly number[] },
): Promise<void> {
  if (note.agentIds.length + note.teamIds.length === 0) return
  await sql`insert into team_mention (note_id, team_id)
    select ${note.noteId}, unnest(${[...note.teamIds]}::bigint[])`.execute(tx)
  await sql`
    insert into mention (note_id, agent_id, mentioned_at, seen_at)
    select n.id, agent_id, n.created_at, case when agent_id = n.author_id then n.created_at end
    from note n cross join unnest(${[...note.agentIds]}::bigint[]) as mentioned (agent_id)
    where n.id = ${note.noteId}`.execute(tx)
}

/** Marks what mentions an agent in the notes of a ticket as seen, as far as one note. */
export async function markMentionsSeen(
  db: Db,
  place: { ticketId: number; agentId: number; upToNoteId: number },
): Promise<void> {
  await sql`
    update mention set seen_at = clock_timestamp() from note n
    where mention.agent_id = ${place.agentId} and mention.seen_at is null and n.id = mention.note_id
      and n.ticket_id = ${place.ticketId} and n.id <= ${place.upToNoteId}`.execute(db)
}
