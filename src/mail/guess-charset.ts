import { decodeCharset } from './decode-charset.ts'
import { LATIN_LANGUAGES, MANY_BYTE_CHARSETS, SCRIPTS, type Script } from './letter-statistics.ts'

const SAMPLE_BYTES = 4_000
const LATIN = ['windows-1252', 'windows-1250', 'iso-8859-2', 'windows-1254']
const OLD_LATIN = ['cp852', 'cp850', 'macintosh'] // rare enough today to need a better score
const OLD_LATIN_HANDICAP = 0.3
// Text of its script scores about 1 a letter; below this a reading is none.
const FLOOR = 0.45
const NOTHING: Scored = { charset: 'windows-1252', score: 0.1 }

type Scored = { charset: string; score: number }

/**
 * The charset in which bytes that are neither ASCII nor UTF-8 read as words; never throws.
 *
 * Every candidate's reading is scored by letters, pairs of letters and words (letter-statistics.ts).
 * windows-1252 where nothing fits.
 *
 * @param bytes 4,000 of them are looked at, from shortly before the first beyond ASCII
 */
export function guessCharset(bytes: Buffer): string {
  const sample = sampleOf(bytes)
  const readings = [
    ...LATIN.map(charset => scored(sample, charset, scoreLatin)),
    ...OLD_LATIN.map(charset => scored(sample, charset, text => scoreLatin(text) - OLD_LATIN_HANDICAP)),
    ...SCRIPTS.flatMap(script =>
      script.charsets.map(charset => scored(sample, charset, text => floored(scoreScript(text, script)))),
    ),
    ...MANY_BYTE_CHARSETS.map(({ charset, frequent }) =>
      scored(sample, charset, text => floored(scoreManyByte(text, frequent))),
    ),
  ]
  return readings.reduce((one, other) => (other.score > one.score + 1e-9 ? other : one), NOTHING).charset
}

function scored(sample: Buffer, charset: string, score: (text: string) => number): Scored {
  return { charset, score: score(decodeCharset(sample, charset) ?? '') }
}

function floored(score: number): number {
  return score < FLOOR ? Number.NEGATIVE_INFINITY : score
}

/** Long headers of ASCII say nothing. */
function sampleOf(bytes: Buffer): Buffer {
  const start = Math.max(0, bytes.findIndex(byte => byte >= 0x80) - 200)
  return bytes.subarray(start, start + SAMPLE_BYTES)
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is what is skipped
const ASCII = /[\u0000-\u007f]/
const LETTER = /\p{L}/u
const UPPER = /\p{Lu}/u
const LOWER = /\p{Ll}/u
const LATIN_LETTER = /\p{Script=Latin}/u
const TYPOGRAPHY = /[«»„“”‘’–—…№€§°©®\u00a0]/

/** Letters as frequent as they should be, in pairs that occur, in words that do not mix cases and scripts. */
function scoreScript(text: string, script: Script): number {
  let sum = 0
  let count = 0
  let before = ' '
  for (const char of text) {
    if (!ASCII.test(char)) {
      count++
      sum += script.letter.test(char) ? scoreLetter(char, before, script) : scoreSign(char, before)
    } else if (LETTER.test(char) && script.letter.test(before)) sum -= 1
    before = char
  }
  return count === 0 ? 0 : sum / count
}

function scoreLetter(char: string, before: string, script: Script): number {
  const lower = char.toLowerCase()
  const rank = script.ranks.get(lower)
  let score = rank === undefined ? -1.5 : 0.8 - rank / 40
  if (script.pairs.has(before.toLowerCase() + lower)) score += 0.7
  if (UPPER.test(char)) score -= LOWER.test(before) ? 2 : 0.15
  if (LETTER.test(before) && ASCII.test(before)) score -= 1
  return score
}

/** Quotes and dashes stand apart; any other sign, and any inside a word, speaks against a reading. */
function scoreSign(char: string, before: string): number {
  if (TYPOGRAPHY.test(char)) return LETTER.test(before) ? 0 : 0.3
  return LETTER.test(char) || LETTER.test(before) ? -1.5 : -0.6
}

/** Letters that one language has, near words of that language. */
function scoreLatin(text: string): number {
  const letters = new Map<string, number>()
  let sum = 0
  let count = 0
  let before = ' '
  for (const char of text) {
    if (!ASCII.test(char)) {
      count++
      if (!LETTER.test(char)) sum += scoreSign(char, before)
      else {
        letters.set(char.toLowerCase(), (letters.get(char.toLowerCase()) ?? 0) + 1)
        sum -= latinFault(char, before)
      }
    }
    before = char
  }
  return count === 0 ? 0 : (sum + scoreLanguage(text, letters)) / count
}

function latinFault(char: string, before: string): number {
  let fault = LATIN_LETTER.test(char) ? 0 : 2
  if (UPPER.test(char) && LOWER.test(before)) fault += 1.5
  if (LETTER.test(before) && !ASCII.test(before)) fault += 0.5
  return fault
}

function scoreLanguage(text: string, letters: Map<string, number>): number {
  const words = new Set(text.toLowerCase().split(/[^\p{L}]+/u))
  const marked = [...words].filter(word => [...word].some(char => letters.has(char)))
  let found = Number.NEGATIVE_INFINITY
  for (const language of LATIN_LANGUAGES) {
    let score = -marked.filter(word => language.lacks.test(word)).length
    for (const [letter, times] of letters) score += language.letters.has(letter) ? times : -times
    const known = language.words.filter(word => words.has(word)).length
    found = Math.max(found, score + 0.25 * Math.min(known, 4) * Math.min(letters.size, 4))
  }
  return found
}

/** Characters that are frequent, none that no text has, and hardly any ASCII letter beside them. */
function scoreManyByte(text: string, frequent: ReadonlySet<string>): number {
  let sum = 0
  let count = 0
  let before = ' '
  for (const char of text) {
    const isLetter = LETTER.test(char)
    if (!ASCII.test(char)) {
      count++
      sum += scoreWideCharacter(char, frequent)
    }
    if (isLetter && LETTER.test(before) && ASCII.test(char) !== ASCII.test(before)) sum -= 0.4
    before = char
  }
  return count < 2 ? 0 : sum / count
}

function scoreWideCharacter(char: string, frequent: ReadonlySet<string>): number {
  if (frequent.has(char)) return 1.6
  if (/[\ufffd\ue000-\uf8ff\uff61-\uff9f]/u.test(char)) return -1.5
  if (/[\u3000-\u303f\uff00-\uff60]/.test(char)) return 0.6 // punctuation
  return /[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/.test(char) ? 0.3 : -0.5
}
