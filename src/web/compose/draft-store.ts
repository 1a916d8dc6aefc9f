import type { Upload } from '../../shared/tickets.ts'

/** An agent's unsent words on one ticket. `to` and `cc` are null until changed: the ticket's defaults hold. */
export type Draft = {
  mode: 'reply' | 'note'
  isOpen: boolean
  text: string
  to: string[] | null
  cc: string[] | null
  bcc: string[]
  uploads: Upload[]
  withHistory: boolean
  /** The newest event of the ticket when the reply was begun; null until then. */
  seenEventId: number | null
  /** The last try to send: repeated word for word it goes under the same key, so that it cannot act twice. */
  lastTry: { key: string; body: string } | null
}

/** The draft nobody has begun. */
export const NO_DRAFT: Draft = {
  mode: 'reply',
  isOpen: false,
  text: '',
  to: null,
  cc: null,
  bcc: [],
  uploads: [],
  withHistory: false,
  seenEventId: null,
  lastTry: null,
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where a draft is kept in this browser: per agent, so that a shared machine mixes nothing up. */
export function draftKey(agentId: number, ticketNumber: number): string {
  return `letterdesk.draft.${agentId}.${ticketNumber}`
}

/** Reads a draft; one that is damaged or of an older shape counts as none. */
export function readDraft(store: Store, key: string): Draft {
  const stored = store.getItem(key)
  if (stored === null) return NO_DRAFT
  try {
    const draft = JSON.parse(stored) as Partial<Draft>
    return typeof draft.text === 'string' ? { ...NO_DRAFT, ...draft, text: draft.text } : NO_DRAFT
  } catch {
    // Not JSON: nothing of it can be shown, and the next keystroke writes over it.
    return NO_DRAFT
  }
}

/** Keeps a draft, or forgets it when nothing is in it. A full store loses the copy, never the page's text. */
export function writeDraft(store: Store, key: string, draft: Draft): void {
  if (draft.text === '' && draft.uploads.length === 0) {
    store.removeItem(key)
    return
  }
  try {
    store.setItem(key, JSON.stringify(draft))
  } catch (error) {
    console.warn('draft not kept in this browser', error)
  }
}
