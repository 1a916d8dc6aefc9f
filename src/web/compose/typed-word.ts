import type { EditorState } from '@tiptap/pm/state'

/** A word that is typed for its sign: where the sign stands in the document, where the caret is, and the words between. */
export type TypedWord = { from: number; to: number; words: string }

// Longer than a full name; what comes after it is a sentence.
const MAX_WORDS_CHARS = 40
const MENTION = /(?:^|[^\p{L}\p{N}._%+-])@([\p{L}\p{M}\p{N}.'’ -]*)$/u
// After a blank: "12:30", "Note:yes" and ":)" are none.
const EMOJI = /(?:^|[\s\ufffc(])[:]([\p{L}\p{M}\p{N}_+-]*)$/u
const MIN_EMOJI_CHARS = 2

/**
 * The mention that is being typed at the caret: an `@` that begins a word, and letters since. Undefined in code,
 * where something is selected, and inside an address.
 */
export function findTypedMention(state: EditorState): TypedWord | undefined {
  const typed = wordBefore(state, MENTION)
  return typed?.words.startsWith(' ') ? undefined : typed
}

/**
 * The name of an emoji that is being typed at the caret: a `:` that begins a word, and two letters or more since.
 *
 * @param asked where a `:` stands that needs no letters
 */
export function findTypedEmoji(state: EditorState, asked: number | undefined): TypedWord | undefined {
  const typed = wordBefore(state, EMOJI)
  return typed !== undefined && (typed.from === asked || typed.words.length >= MIN_EMOJI_CHARS)
    ? typed
    : undefined
}

/** Whether the caret is where code is written: no sign means anything there. */
export function isInCode({ selection }: EditorState): boolean {
  return selection.$from.parent.type.spec.code === true
}

function wordBefore(state: EditorState, sign: RegExp): TypedWord | undefined {
  const { empty, $from } = state.selection
  if (!empty || isInCode(state)) return undefined
  const from = Math.max(0, $from.parentOffset - MAX_WORDS_CHARS - 2)
  // A leaf is one sign, as it is one place of the document.
  const before = $from.parent.textBetween(from, $from.parentOffset, undefined, '\ufffc')
  const words = sign.exec(before)?.[1]
  if (words === undefined || words.length > MAX_WORDS_CHARS) return undefined
  return { from: $from.pos - words.length - 1, to: $from.pos, words }
}
