import type { EditorState } from '@tiptap/pm/state'

/** What is typed of a mention: where its `@` stands in the document, where the caret is, and the words between. */
export type TypedMention = { from: number; to: number; words: string }

// Longer than a full name; what comes after it is a sentence.
const MAX_WORDS_CHARS = 40

/**
 * The mention that is being typed at the caret: an `@` that begins a word, and letters since. Undefined in code,
 * where something is selected, and inside an address.
 */
export function findTypedMention(state: EditorState): TypedMention | undefined {
  const { empty, $from } = state.selection
  if (!empty || $from.parent.type.spec.code === true) return undefined
  const from = Math.max(0, $from.parentOffset - MAX_WORDS_CHARS - 2)
  // A leaf is one sign, as it is one place of the document.
  const before = $from.parent.textBetween(from, $from.parentOffset, undefined, '\ufffc')
  const typed = /(?:^|[^\p{L}\p{N}._%+-])@([\p{L}\p{M}\p{N}.'’ -]*)$/u.exec(before)
  const words = typed?.[1]
  if (words === undefined || words.length > MAX_WORDS_CHARS || words.startsWith(' ')) return undefined
  return { from: $from.pos - words.length - 1, to: $from.pos, words }
}
