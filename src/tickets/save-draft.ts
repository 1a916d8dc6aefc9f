import type { Db, Tx } from '../db/database.ts'
import { AppError } from '../lib/app-error.ts'
import { readAgentWords } from './agent-words.ts'
import {
  type DraftMode,
  type DraftPlace,
  type DraftRow,
  type DraftText,
  deleteDraft,
  selectDraft,
  upsertDraft,
} from './drafts.queries.ts'

export type { DraftRow } from './drafts.queries.ts'

/** The draft of an agent on a ticket. */
export async function findDraft(db: Db, place: DraftPlace): Promise<DraftRow | undefined> {
  return await selectDraft(db, place)
}

/**
 * Keeps what an agent has written so far. The words of two devices never overwrite each other: a save that
 * does not continue the kept revision is refused, and the device asks which words to go on with.
 *
 * @throws AppError `draft-changed` with the kept `revision`, `words-too-long`
 */
export async function saveDraft(
  db: Db,
  draft: DraftPlace & { content: DraftText; revision: number },
): Promise<{ revision: number; savedAt: Date }> {
  const content = { ...draft.content, html: cleanHtmlOf(draft.content) }
  const saved = await upsertDraft(db, { ...draft, content })
  if (saved !== undefined) return saved
  const kept = await selectDraft(db, draft)
  throw new AppError('draft-changed', 'the draft was saved from another device since', {
    revision: kept?.revision ?? 0,
  })
}

/** Other devices, and whoever takes a draft over, get what is known to be words alone. */
function cleanHtmlOf({ html }: DraftText): string | null {
  return typeof html === 'string' ? readAgentWords({ html }).html : null
}

/** Throws a draft away. */
export async function dropDraft(db: Db, place: DraftPlace): Promise<void> {
  await deleteDraft(db, place)
}

/** Takes a draft away as its words become a reply, a note or a forward; a draft of another kind stays. */
export async function spendDraft(tx: Tx, place: DraftPlace, mode: DraftMode): Promise<void> {
  await deleteDraft(tx, place, mode)
}
