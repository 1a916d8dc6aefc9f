import { type Draft, draftKey, htmlOf, NO_DRAFT, readDraft } from './draft-store.ts'
import { putDraft } from './use-draft.ts'

/**
 * Takes the draft of a merged ticket over to the one that has its messages. Words join words that are
 * there already; the recipients are the survivor's, as the chosen ones were meant for another exchange.
 */
export function carryDraft(agentId: number, from: number, to: number): void {
  const store = window.localStorage
  const carried = readDraft(store, draftKey(agentId, from))
  if (carried.text === '' && carried.uploads.length === 0) return
  const kept = readDraft(store, draftKey(agentId, to))
  putDraft(draftKey(agentId, to), joined(kept, carried))
  putDraft(draftKey(agentId, from), NO_DRAFT)
}

function joined(kept: Draft, carried: Draft): Draft {
  // As unsaved: what the server has there by now is compared with them, and words it lacks stay.
  if (kept.text === '' && kept.uploads.length === 0)
    return { ...carried, to: null, cc: null, bcc: [], isUnsaved: true }
  // Carried before, by this page or by the server.
  if (kept.text === carried.text || kept.text.endsWith(`\n\n${carried.text}`)) return kept
  // A note's words never become a reply's, nor those to one person another's.
  const isOneAudience =
    kept.mode === carried.mode &&
    (kept.answeredMessageId ?? null) === (carried.answeredMessageId ?? null) &&
    kept.forwardedMessageId === carried.forwardedMessageId
  const mode = isOneAudience ? kept.mode : 'note'
  const text = [kept.text, carried.text].filter(part => part !== '').join('\n\n')
  const isRich = kept.html !== null || carried.html !== null
  const html = isRich ? [kept, carried].map(htmlOf).join('<p></p>') : null
  const files = {
    uploads: [...kept.uploads, ...carried.uploads],
    pictures: [...kept.pictures, ...carried.pictures],
  }
  return { ...kept, mode, text, html, ...files, isUnsaved: true }
}
