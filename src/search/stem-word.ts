import { stemmer as stemEnglish } from '@orama/stemmers/english'
import { stemmer as stemGerman } from '@orama/stemmers/german'
import { stemmer as stemRussian } from '@orama/stemmers/russian'
import { foldForStem, foldMarks } from './fold-word.ts'
import { stemBulgarian } from './stem-bulgarian.ts'
import { stemPolish } from './stem-polish.ts'

/** The languages whose forms are joined: those of the screens, and German. */
type StemLanguage = 'en' | 'de' | 'pl' | 'ru' | 'bg'

// Of a word in lower case.
const STEMMERS: Readonly<Record<StemLanguage, (word: string) => string>> = {
  en: word => stemEnglish(foldForStem(word)),
  de: word => stemGerman(foldForStem(word)),
  pl: word => stemPolish(foldForStem(word)),
  ru: word => foldMarks(dropFleeting(stemRussian(foldForStem(word)))),
  bg: word => stemBulgarian(foldMarks(foldForStem(word))),
}
const LATIN: readonly StemLanguage[] = ['en', 'pl', 'de']
const CYRILLIC: readonly StemLanguage[] = ['ru', 'bg']
const IS_LATIN = /^[\p{Script=Latin}\p{M}]+$/u
const IS_CYRILLIC = /^[\p{Script=Cyrillic}\p{M}]+$/u
const NOT_BULGARIAN = /[ыэё]/
const NOT_RUSSIAN = /ъ(?![еёюя])/ // договорът
const MIN_LETTERS = 3
const MAX_LETTERS = 40
const KEPT_WORDS = 20_000 // the words of a few hundred mails

/** Stems of words, remembered: `of` gives `en:invoic`, `pl:faktur` for each language a word may be of. */
export type Stemmer = { of: (word: string, language: string | null) => readonly string[] }

/**
 * Makes a stemmer with a memory of its own.
 *
 * `language` is that of the text, null where it is not known: then a word has a stem in each language of its
 * script. A text of another language gets stems of English alone, whose words stand everywhere.
 */
export function createStemmer(): Stemmer {
  const known = new Map<string, readonly string[]>()
  const of = (word: string, language: string | null) => {
    const key = `${language ?? ''} ${word}`
    const found = known.get(key)
    if (found !== undefined) return found
    const stems = stemsOf(word, language)
    if (known.size >= KEPT_WORDS) known.clear()
    known.set(key, stems)
    return stems
  }
  return { of }
}

/**
 * Whether a word can have a stem at all, by their first letters: stems change endings alone, but for the Bulgarian я.
 * Most words of a text need no stem to be told apart from the one that is looked for.
 *
 * @param word as it is compared (`foldWord`)
 * @param stem with its language
 */
export function mayHaveStem(word: string, stem: string): boolean {
  const [first, wanted] = [word[0], stem[stem.indexOf(':') + 1]]
  return first === wanted || (first === 'я' && wanted === 'е')
}

function stemsOf(word: string, language: string | null): string[] {
  if (word.length < MIN_LETTERS || word.length > MAX_LETTERS) return []
  const lower = word.toLowerCase().normalize('NFC')
  return languagesOf(lower, language).flatMap(name =>
    formsOf(lower, name).map(form => `${name}:${STEMMERS[name](form)}`),
  )
}

// Polish ą and ę alternate (błąd, błędy), and both may be typed without their marks.
function formsOf(word: string, language: StemLanguage): string[] {
  return language === 'pl' && word.includes('ą') ? [word, word.replaceAll('ą', 'ę')] : [word]
}

// станок, станки; игрушка, игрушек; конец, конца
function dropFleeting(stem: string): string {
  return stem.replace(/(.[^аеиоуыэюя])[ое]([кц])$/, '$1$2')
}

function languagesOf(word: string, language: string | null): readonly StemLanguage[] {
  const ofScript = languagesOfScript(word)
  if (language === null) return ofScript
  const own = ofScript.filter(name => name === language)
  if (own.length > 0) return own
  return IS_LATIN.test(word) ? ['en'] : ofScript
}

function languagesOfScript(word: string): readonly StemLanguage[] {
  if (IS_LATIN.test(word)) return LATIN
  return IS_CYRILLIC.test(word) ? cyrillicOf(word) : []
}

// Some letters stand in one of the two languages alone.
function cyrillicOf(word: string): readonly StemLanguage[] {
  if (NOT_BULGARIAN.test(word)) return ['ru']
  return NOT_RUSSIAN.test(word) ? ['bg'] : CYRILLIC
}
