import type { DraftContent } from '../../src/shared/drafts.ts'

/** The unsent words of a reply, as its composer keeps them before anything else is changed. */
export function draftContent(text: string, rest: Partial<DraftContent> = {}): DraftContent {
  const empty = { to: null, cc: null, bcc: [], uploadIds: [], withHistory: false, seenEventId: null }
  return { mode: 'reply', text, ...empty, ...rest }
}
