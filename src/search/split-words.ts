import { foldWord } from './fold-word.ts'

/** A word where it stands: UTF-16 offsets in its text. */
export type Part = { start: number; end: number }

/**
 * What stands between spaces: one word, or several that a dot, a hyphen, an @ and the like join, as in
 * `INV-2024-4521` and `ivana@firma.bg`.
 */
export type Run = Part & { parts: readonly Part[] }

const IS_IN_WORD = /[\p{L}\p{M}\p{N}]/u
const JOINING_SIGNS = "-._@+/'’&=~"
const HAS_DIGIT = /\p{N}/u
const MAX_LENGTH = 64 // longer is a key, a link or noise; its beginning still finds it

// What each UTF-16 unit is, found out when it is first met: whole texts are walked by it, and an expression is many times slower.
const kinds = new Uint8Array(0x10000)
const IN_WORD = 1
const JOINING = 2
const OTHER = 3
const HIGH_SURROGATE = 4
const NUMBER = 5

/** The runs of a text in order: `[\p{L}\p{M}\p{N}]+`, and more of them after one joining sign each. */
export function* runsOf(text: string): Generator<Run> {
  for (let at = 0; at < text.length; ) {
    const start = at
    at = wordEnd(text, start)
    if (at === start) {
      at = start + 1
      continue
    }
    const parts = [{ start, end: at }]
    while (kindAt(text, at) === JOINING) {
      const end = wordEnd(text, at + 1)
      if (end === at + 1) break
      parts.push({ start: at + 1, end })
      at = end
    }
    yield { start, end: at, parts }
  }
}

/** Where the word ends that begins there; the very place where none does. */
function wordEnd(text: string, start: number): number {
  let at = start
  while (at < text.length) {
    const kind = kindAt(text, at)
    if (kind === IN_WORD || kind === NUMBER) at++
    else if (kind === HIGH_SURROGATE && IS_IN_WORD.test(String.fromCodePoint(text.codePointAt(at) ?? 0)))
      at += 2
    else break
  }
  return at
}

function kindAt(text: string, at: number): number {
  if (at >= text.length) return OTHER
  const unit = text.charCodeAt(at)
  if (kinds[unit] === 0) kinds[unit] = kindOf(unit)
  return kinds[unit] ?? OTHER
}

function kindOf(unit: number): number {
  const character = String.fromCharCode(unit)
  if (unit >= 0xd800 && unit <= 0xdbff) return HIGH_SURROGATE
  if (HAS_DIGIT.test(character)) return NUMBER
  if (IS_IN_WORD.test(character)) return IN_WORD
  return JOINING_SIGNS.includes(character) ? JOINING : OTHER
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
  for (let at = run.start; at < run.end; at++) {
    const kind = kindAt(text, at)
    if (kind === NUMBER || text[at] === '@') return true
    // Numbers beyond the first 65,536 characters, such as 𝟙.
    if (kind === HIGH_SURROGATE && HAS_DIGIT.test(text.slice(at, at + 2))) return true
  }
  return false
}

// Again over all of it: one part may be Cyrillic letters and another the digits that make them look-alikes.
function foldWhole(whole: string): string {
  return foldWord(whole).slice(0, MAX_LENGTH)
}

function signAfter(text: string, run: Run, at: number): string {
  const sign = at + 1 < run.parts.length ? (text[run.parts[at]?.end ?? 0] ?? '') : ''
  return sign === '’' ? "'" : sign
}
