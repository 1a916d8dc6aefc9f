import { ALPHABETS, type Alphabet } from './alphabets.ts'
import { addGramPoints } from './language-grams.ts'
import { weighCyrillic } from './weigh-cyrillic.ts'

const MAX_CHARS = 2_000 // 4 kB of Cyrillic: more words change nothing, and the time stays bounded
const MIN_WORDS = 3 // two words are a name, a greeting or a title
const MIN_LETTERS = 10
const MIN_LETTERS_ALONE = 6 // of a script that decides by itself
const MAX_WORD_BYTES = 70
const GRAM_BYTES = 4
const GRAM_STRIDE = 3
// Points a gram: right answers have about 80, text in no language of the table far less.
const MIN_POINTS = 25
const MIN_LEAD = 0.03 // of the winner's points: half of the wrong answers fall away, 1 % of the right ones
const FOREIGN_POWER = 4 // one foreign word of five takes 59 % of the points
const SIGN_WEIGHT = 0.3 // a frequent word in each three adds a fifth

type Script = Alphabet['script']

const SCRIPTS: Record<Script, RegExp> = { Latin: /^\p{Script=Latin}/u, Cyrillic: /^\p{Script=Cyrillic}/u }

// Scripts of one language, or nearly so: the first whose letters occur decides.
const ALONE: readonly (readonly [string, RegExp])[] = [
  ['ja', /[\p{Script=Hiragana}\p{Script=Katakana}]/u],
  ['ko', /\p{Script=Hangul}/u],
  ['zh', /\p{Script=Han}/u],
  ['el', /\p{Script=Greek}/u],
  ['he', /\p{Script=Hebrew}/u],
  ['fa', /[پچژگ]/u],
  ['ar', /\p{Script=Arabic}/u],
  ['th', /\p{Script=Thai}/u],
  ['ka', /\p{Script=Georgian}/u],
  ['hy', /\p{Script=Armenian}/u],
  ['hi', /\p{Script=Devanagari}/u],
]

/**
 * The language of a text as a BCP 47 primary tag, or null where nobody should be sure: a word or two,
 * numbers, names, two languages that both fit.
 *
 * Where several languages share a script, the n-grams of eld count (language-grams.ts); the less, the more
 * words hold letters a language does not have; and for Cyrillic the words and endings that tell close
 * relatives apart. Quoted lines, links, addresses and whatever holds digits are left out. Linear; reads
 * the first 2,000 characters.
 *
 * @param hint tag of the Content-Language field (RFC 3282 §2), if any: mail programs put their own language
 *   there, so it only decides between languages that the text leaves open
 */
export function detectLanguage(text: string, hint: string | null = null): string | null {
  const words = [...new Set(wordsOf(text.slice(0, MAX_CHARS)))]
  const letters = words.join('')
  const script = mainScript(letters)
  if (script === undefined) {
    const alone = ALONE.find(([, look]) => look.test(letters))
    return letters.length < MIN_LETTERS_ALONE || alone === undefined ? null : alone[0]
  }
  const own = words.filter(word => SCRIPTS[script].test(word))
  if (own.length < MIN_WORDS || own.join('').length < MIN_LETTERS) return null
  const open = fittingLanguages(own, script)
  return open.length === 1 ? (open[0] ?? null) : (open.find(tag => tag === hint) ?? null)
}

/** Lower-case words; tokens that hold a digit, an at sign or a path are no words of a language. */
function wordsOf(text: string): string[] {
  return text
    .replace(/^>.*$/gm, '')
    .toLowerCase()
    .normalize('NFC')
    .split(/\s+/)
    .filter(token => !/[\p{N}@/\\_]|www\./u.test(token))
    .flatMap(token => token.match(/\p{L}[\p{L}\p{M}'’]*/gu) ?? [])
}

function mainScript(letters: string): Script | undefined {
  const half = letters.length / 2
  if (countIn(letters, /\p{Script=Latin}+/gu) > half) return 'Latin'
  return countIn(letters, /\p{Script=Cyrillic}+/gu) > half ? 'Cyrillic' : undefined
}

function countIn(letters: string, runs: RegExp): number {
  return (letters.match(runs) ?? []).reduce((sum, run) => sum + run.length, 0)
}

/** The language that fits best and those close behind; none where even the best fits badly. */
function fittingLanguages(words: readonly string[], script: Script): string[] {
  const points = pointsOf(words)
  const signs = script === 'Cyrillic' ? weighCyrillic(words) : new Map<string, number>()
  const scoreOf = ({ tag, foreign }: Alphabet): number => {
    const spelt = words.filter(word => !foreign.test(word)).length / words.length
    const signed = 1 + (SIGN_WEIGHT * (signs.get(tag) ?? 0)) / words.length
    return (points.get(tag) ?? 0) * spelt ** FOREIGN_POWER * signed
  }
  const scores = ALPHABETS.filter(one => one.script === script).map(one => ({
    tag: one.tag,
    score: scoreOf(one),
  }))
  const best = Math.max(...scores.map(({ score }) => score))
  if (best < MIN_POINTS) return []
  return scores.filter(({ score }) => score >= best * (1 - MIN_LEAD)).map(({ tag }) => tag)
}

/** Points a gram of each language. */
function pointsOf(words: readonly string[]): Map<string, number> {
  const grams = gramsOf(words)
  const sums = new Map<string, number>()
  const add = (tag: string, points: number) => void sums.set(tag, (sums.get(tag) ?? 0) + points)
  for (const gram of grams) addGramPoints(gram, add)
  const means = new Map([...sums].map(([tag, sum]) => [tag, sum / grams.size]))
  // The table has no Macedonian: its neighbours stand in for it, and letters and signs decide.
  return means.set('mk', Math.max(means.get('bg') ?? 0, means.get('sr') ?? 0))
}

/** Pieces of four bytes, three apart, and the end of each word, as eld cuts them; a space marks a word's edge. */
function gramsOf(words: readonly string[]): Set<string> {
  const grams = new Set<string>()
  for (const word of words) {
    const bytes = Buffer.from(word).toString('latin1').slice(0, MAX_WORD_BYTES)
    for (let at = 0; at + GRAM_BYTES < bytes.length; at += GRAM_STRIDE) {
      grams.add(`${at === 0 ? ' ' : ''}${bytes.slice(at, at + GRAM_BYTES)}`)
    }
    const at = Math.max(0, bytes.length - GRAM_BYTES)
    grams.add(`${at === 0 ? ' ' : ''}${bytes.slice(at)} `)
  }
  return grams
}
