import type { Db, Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { readAgentWords } from './agent-words.ts'
import {
  deleteNewTicketDraft,
  type NewTicketDraftRow,
  type NewTicketWords,
  selectNewTicketDraft,
  upsertNewTicketDraft,
} from './new-ticket.queries.ts'

/** What an agent has written of a ticket that is not begun yet: one draft each (docs/decisions/0031). */
export async function findNewTicketDraft<W>(
  db: Db,
  agentId: number,
): Promise<NewTicketDraftRow<W> | undefined> {
  return await selectNewTicketDraft<W>(db, agentId)
}

/**
 * Keeps it, as the drafts of tickets are kept: a save that does not continue the kept revision is refused.
 *
 * @throws AppError `draft-changed` with the kept `revision`, `words-too-long`
 */
export async function saveNewTicketDraft(
  db: Db,
  draft: { agentId: number; content: NewTicketWords; revision: number },
): Promise<{ revision: number; savedAt: Date }> {
  const { html } = draft.content
  const clean = typeof html === 'string' ? readAgentWords({ html }).html : null
  const saved = await upsertNewTicketDraft(db, { ...draft, content: { ...draft.content, html: clean } })
  if (saved !== undefined) return saved
  const kept = await selectNewTicketDraft(db, draft.agentId)
  throw new AppError('draft-changed', 'the draft was saved from another device since', {
    revision: kept?.revision ?? 0,
  })
}

/** Throws it away, or takes it away as its words become a ticket. */
export async function dropNewTicketDraft(db: Db | Tx, agentId: number): Promise<void> {
  await deleteNewTicketDraft(db, agentId)
}
