import type { DraftContent, SavedDraft } from '../../shared/drafts.ts'
import type { NewTicketHead } from '../../shared/new-tickets.ts'
import type { Upload } from '../../shared/tickets.ts'
import { partUploads, pictureIdsIn } from './picture-ids.ts'

/** What of a draft other devices are told (shared/drafts.ts); the rest is this browser's. */
export type DraftWords = Omit<
  DraftContent,
  'uploadIds' | 'html' | 'forwardedMessageId' | 'fileIds' | 'insteadOf'
> & {
  /** Of a forward: the message, its files that go along, and the forward it follows. */
  forwardedMessageId: number | null
  fileIds: number[]
  insteadOf: number | null
  /** The text with its looks; null where it is lines alone. */
  html: string | null
  /** Files beside the text. */
  uploads: Upload[]
  /** Pictures that stand in the text, or did: only those that do are sent. */
  pictures: Upload[]
  /** What stands above the words of a ticket that is not begun yet; null on a ticket. */
  head: NewTicketHead | null
}

/** A draft as the server keeps it, of a ticket or of one that is not begun yet. */
export type KeptDraft = SavedDraft & { head?: NewTicketHead | null }

/** An agent's unsent words on one ticket. `to` and `cc` are null until changed: the ticket's defaults hold. */
export type Draft = DraftWords & {
  isOpen: boolean
  /** The revision on the server that these words continue; 0 while there is none. */
  revision: number
  /** Changed since that revision. */
  isUnsaved: boolean
  /** The last try to send: repeated word for word it goes under the same key, so that it cannot act twice. */
  lastTry: { key: string; body: string } | null
}

/** The draft nobody has begun. */
export const NO_DRAFT: Draft = {
  mode: 'reply',
  isOpen: false,
  text: '',
  html: null,
  to: null,
  cc: null,
  bcc: [],
  uploads: [],
  pictures: [],
  withHistory: false,
  answeredMessageId: null,
  forwardedMessageId: null,
  fileIds: [],
  insteadOf: null,
  head: null,
  seenEventId: null,
  revision: 0,
  isUnsaved: false,
  lastTry: null,
}

/** Whether there is anything in a draft that would be missed. */
export function isWritten(draft: Draft): boolean {
  const isAddressed = (draft.mode === 'forward' || draft.head !== null) && (draft.to ?? []).length > 0
  return draft.text !== '' || draft.uploads.length > 0 || isAddressed || isHeaded(draft.head)
}

function isHeaded(head: NewTicketHead | null): boolean {
  return head !== null && [head.subject, head.name, head.address, head.phone].some(one => one !== '')
}

/** A draft of this browser as the server keeps it. */
export function toContent({
  mode,
  text,
  html,
  to,
  cc,
  bcc,
  uploads,
  withHistory,
  answeredMessageId = null,
  forwardedMessageId,
  fileIds,
  insteadOf,
  seenEventId,
}: Draft): DraftContent {
  const uploadIds = [...uploads.map(upload => upload.id), ...pictureIdsIn(html)]
  const forward = mode === 'forward' ? { forwardedMessageId, fileIds, insteadOf } : {}
  const words = { mode, text, html, to, cc, bcc, uploadIds, withHistory, answeredMessageId, seenEventId }
  return { ...words, ...forward }
}

/** Whether two drafts say the same: words, looks, recipients, files and what stands above them. */
export function isSameContent(a: Draft, b: Draft): boolean {
  return JSON.stringify([toContent(a), a.head]) === JSON.stringify([toContent(b), b.head])
}

/**
 * Which words to go on with when the server's draft is known: the ones that continue the other. Where both
 * went on by themselves, ours stay in the composer and `other` is offered.
 */
export function reconcile(ours: Draft, theirs: KeptDraft | null): { draft: Draft; other?: KeptDraft } {
  if (theirs === null) {
    // Sent or thrown away on another device, unless we went on writing.
    return { draft: ours.revision > 0 && !ours.isUnsaved ? NO_DRAFT : { ...ours, revision: 0 } }
  }
  if (theirs.revision <= ours.revision) return { draft: ours }
  const taken = takeOver(theirs)
  const isSame = isSameContent({ ...ours, seenEventId: taken.seenEventId }, taken)
  if (!ours.isUnsaved || !isWritten(ours) || isSame) return { draft: taken }
  return { draft: ours, other: theirs }
}

/** The server's words as a draft of this browser. */
export function takeOver({ uploadIds: _, savedAt: __, ...saved }: KeptDraft): Draft {
  const { html = null, uploads, forwardedMessageId = null, fileIds = [], insteadOf = null } = saved
  const forward = { forwardedMessageId, fileIds, insteadOf }
  const { head = null } = saved
  return { ...NO_DRAFT, ...saved, ...forward, html, head, ...partUploads(uploads, html), isOpen: true }
}

/** Words as HTML, also where they are lines alone. */
export function htmlOf({ text, html }: Pick<Draft, 'text' | 'html'>): string {
  if (html !== null) return html
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return escaped
    .split('\n')
    .map(line => `<p>${line}</p>`)
    .join('')
}

type Store = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** Where a draft is kept in this browser: per agent, so that a shared machine mixes nothing up. */
export function draftKey(agentId: number, ticketNumber: number): string {
  return `letterdesk.draft.${agentId}.${ticketNumber}`
}

/** Where the draft of a ticket that is not begun yet is kept: one for each agent. */
export function newTicketKey(agentId: number): string {
  return `letterdesk.draft.${agentId}.new`
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
  if (!isWritten(draft)) {
    store.removeItem(key)
    return
  }
  try {
    store.setItem(key, JSON.stringify(draft))
  } catch (error) {
    console.warn('draft not kept in this browser', error)
  }
}
