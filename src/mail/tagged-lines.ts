import type { TextMark } from './html-text.ts'
import type { KnownLines } from './known-quotes.ts'

/** What a line is: the writer's own, empty, quoted, an introduction of a quote, or history to the end. */
export const LINE = { own: 0, blank: 1, quote: 2, intro: 3, rest: 4 } as const

/** What is known of a mail beside its text. */
export type SplitEvidence = {
  /** Lines that the mail's HTML marks. */
  marks?: readonly TextMark[]
  /** Texts that were sent to its writer. */
  known?: readonly string[]
  /** Other texts of the exchange, its writer's own too: quotes of them stand below other quotes. */
  older?: readonly string[]
  /** The subject says that a mail is handed on: its header block is what the writer sends. */
  isForward?: boolean
  /** The mail answers none: bare `>` without an introduction is its writer's own. */
  isFirst?: boolean
}

/** The lines of a mail with their meaning. */
export type TaggedLines = {
  /** One of LINE by line. */
  kinds: Uint8Array
  /** 1 where an introduction, a mark of the HTML or a known text says that a line is quoted. */
  isSure: Uint8Array
  /** Where history runs to the end of the mail, or the number of lines. */
  restStart: number
  /** Where a forwarded mail begins, or the number of lines: all of it is shown. */
  forwardStart: number
  /** 1 where the HTML marks a signature. */
  isSignature: Uint8Array
  /** The lines compared with what was sent to the writer, and with all that is known. */
  known: KnownLines | undefined
  knownByAny: KnownLines | undefined
}

/** The last line before `at`, at most `reach` lines up, that is not empty; -1 where there is none. */
export function writtenAbove({ kinds }: TaggedLines, at: number, reach: number): number {
  let above = at - 1
  while (above >= 0 && above > at - 1 - reach && kinds[above] === LINE.blank) above--
  return above
}

/** Gives the lines of a range that are not empty a kind. */
export function setKind({ kinds }: TaggedLines, from: number, to: number, kind: number): void {
  for (let at = Math.max(0, from); at < to && at < kinds.length; at++) {
    if (kinds[at] !== LINE.blank) kinds[at] = kind
  }
}
