import { foldWord } from './fold-word.ts'

/** A word where it stands: UTF-16 offsets in its text. */
export type Part = { start: number; end: number }

/**
 * What stands between spaces: one word, or several that a dot, a hyphen, an @ and the like join, as in
 * `INV-2024-4521` and `ivana@firma.bg`.
 */
export type Run = Part & { parts: readonly Part[] }

// One joining sign between two words at most, so that each character is looked at once.
const RUNS = /[\p{L}\p{M}\p{N}]+(?:[-._@+/'’&=~][\p{L}\p{M}\p{N}]+)*/gu
const PARTS = /[\p{L}\p{M}\p{N}]+/gu
const IS_JOINED = /[-._@+/'’&=~]/
const HAS_DIGIT = /\p{N}/u
const MAX_LENGTH = 64 // longer is a key, a link or noise; its beginning still finds it

/** The runs of a text in order. */
export function* runsOf(text: string): Generator<Run> {
  for (const match of text.matchAll(RUNS)) {
    const start = match.index
    const end = start + match[0].length
    yield { start, end, parts: partsOf(match[0], start) }
  }
}

function partsOf(run: string, offset: number): Part[] {
  if (!IS_JOINED.test(run)) return [{ start: offset, end: offset + run.length }]
  return [...run.matchAll(PARTS)].map(match => ({
    start: offset + match.index,
    end: offset + match.index + match[0].length,
  }))
}

/** A part as it is compared, cut at 64 characters. */
export function wordAt(text: string, part: Part): string {
  return foldWord(text.slice(part.start, Math.min(part.end, part.start + MAX_LENGTH)))
}

/** A run of several parts as one word, with its signs and without: `inv-2024-4521`, `inv20244521`. */
export function wholesOf(text: string, run: Run): { whole: string; joined: string } {
  const words = run.parts.map(part => wordAt(text, part))
  const whole = words.map((word, at) => word + signAfter(text, run, at)).join('')
  return { whole: foldWhole(whole), joined: foldWhole(words.join('')) }
}

/** Whether a run is a number, a code or an address, which people look up by a piece of it. */
export function isCode(text: string, run: Run): boolean {
  const raw = text.slice(run.start, run.end)
  return HAS_DIGIT.test(raw) || raw.includes('@')
}

// Again over all of it: one part may be Cyrillic letters and another the digits that make them look-alikes.
function foldWhole(whole: string): string {
  return foldWord(whole).slice(0, MAX_LENGTH)
}

function signAfter(text: string, run: Run, at: number): string {
  const sign = at + 1 < run.parts.length ? (text[run.parts[at]?.end ?? 0] ?? '') : ''
  return sign === '’' ? "'" : sign
}
