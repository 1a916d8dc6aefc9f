// Letters that stand for themselves in Unicode, so that no normal form takes them apart.
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  đ: 'd',
  ð: 'd',
  ø: 'o',
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ı: 'i',
  þ: 'th',
}
const PLAIN_LETTERS = new RegExp(`[${Object.keys(PLAIN).join('')}]`, 'g')

// Cyrillic letters that look like Latin ones: order numbers are typed with either.
const LOOK_ALIKES: Readonly<Record<string, string>> = {
  а: 'a',
  в: 'b',
  е: 'e',
  і: 'i',
  к: 'k',
  м: 'm',
  н: 'h',
  о: 'o',
  р: 'p',
  с: 'c',
  т: 't',
  у: 'y',
  х: 'x',
}
const LOOK_ALIKE_LETTERS = /[авеікмнорстух]/g

// Most words of a text are words of the one before.
const folded = new Map<string, string>()
const KEPT_WORDS = 20_000
const KEPT_LENGTH = 12 // V8 keeps a longer piece as a view that holds its whole text

const HAS_DIGIT = /\p{N}/u
const HAS_LATIN = /\p{Script=Latin}/u
const HAS_CYRILLIC = /\p{Script=Cyrillic}/u
const IS_PLAIN = /^[a-z0-9а-ик-я]*$/
const SHORT_I = '\u0001' // no letter, and no mark that could be taken off

/**
 * A word as it is compared: lower case, without accents and marks (ё is е, й is и, ł is l, ß is ss). Where
 * digits stand, or letters of both scripts, Cyrillic letters that look Latin are Latin: `А-1042` typed in
 * either alphabet is the same number.
 *
 * @param word letters, marks and digits only
 */
export function foldWord(word: string): string {
  const known = folded.get(word)
  if (known !== undefined) return known
  const form = foldLookAlikes(foldMarks(foldForStem(word)))
  if (word.length > KEPT_LENGTH) return form
  if (folded.size >= KEPT_WORDS) folded.clear()
  folded.set(word, form)
  return form
}

/**
 * Whether a word that begins so can become another, by the first letter of both: for most words that is enough to tell,
 * and folding them takes many times longer.
 *
 * @param first the first UTF-16 unit of the word as it is written
 * @param form as `foldWord` gives it
 */
export function mayFoldTo(first: number, form: string): boolean {
  const wanted = form.charCodeAt(0)
  if (first < 0x80) return (first | 0x20) === wanted // a letter or a digit; no mark behind it changes it
  if (first < 0x410 || first > 0x44f || wanted < 0x80) return true // А to я; where Latin is wanted, a look-alike
  const lower = first < 0x430 ? first + 0x20 : first
  return lower === wanted || lower === 0x439 // й, which is и
}

/** A word folded with й kept, as stemmers tell endings by it, and without the look-alikes. */
export function foldForStem(word: string): string {
  const lower = word.toLowerCase()
  if (IS_PLAIN.test(lower)) return lower
  return lower
    .normalize('NFC')
    .replaceAll('й', SHORT_I)
    .normalize('NFKD')
    .toLowerCase() // compatibility forms: ℌ is H
    .replace(/\p{M}+/gu, '')
    .replace(PLAIN_LETTERS, letter => PLAIN[letter] ?? letter)
    .replaceAll(SHORT_I, 'й')
}

/** Takes the last mark off: й is и, as Bulgarian is often typed. */
export function foldMarks(word: string): string {
  return word.includes('й') ? word.replaceAll('й', 'и') : word
}

function foldLookAlikes(word: string): string {
  if (!HAS_CYRILLIC.test(word)) return word
  if (!HAS_DIGIT.test(word) && !HAS_LATIN.test(word)) return word
  return word.replace(LOOK_ALIKE_LETTERS, letter => LOOK_ALIKES[letter] ?? letter)
}
