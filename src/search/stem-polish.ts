import { dropEnding } from './drop-ending.ts'

// Endings of nouns, adjectives and persons, longest first.
const CASE_ENDINGS = [
  'iami',
  'iach',
  'iego',
  'iemu',
  'owie',
  'ami',
  'ach',
  'ego',
  'emu',
  'owi',
  'ymi',
  'imi',
  'iem',
  'iom',
  'imy',
  'emy',
  'isz',
  'asz',
  'esz',
  'ych',
  'ich',
  'om',
  'ow',
  'em',
  'am',
  'ym',
  'im',
  'ej',
  'ie',
  'ia',
  'iu',
  'io',
  'y',
  'i',
  'a',
  'e',
  'o',
  'u',
]
// Of nouns in -cja and the like, which hold no verb within.
const SOFT_ENDINGS = ['jami', 'jach', 'jom', 'ja', 'ji', 'je', 'jo', 'ju']
// Past tense, infinitive, participle, verbal noun, and the adjectives in -owy.
const FORM_ENDINGS = ['ien', 'il', 'yl', 'al', 'el', 'on', 'en', 'an', 'ic', 'yc', 'ac', 'ec', 'ow']
const MIN_WORD = 4
const MIN_STEM = 3
const MIN_FORM_STEM = 4

/**
 * What the forms of a Polish word share, by its endings alone: the cases of nouns and adjectives, the common
 * forms of verbs; then the consonants that alternate (r/rz, d/dzi, k/c, t/ci) and a fleeting e. Works on
 * letters without marks, so that `zgloszenie` and `zgłoszenia` meet. Light: no list of words stands behind it.
 *
 * @param word lower case, without marks
 */
export function stemPolish(word: string): string {
  if (word.length < MIN_WORD) return word
  const hard = harden(word)
  if (hard !== word) return evenOut(hard)
  const soft = dropEnding(word, SOFT_ENDINGS, MIN_STEM)
  if (soft !== word) return evenOut(soft)
  const bare = dropEnding(word, CASE_ENDINGS, MIN_STEM)
  return evenOut(dropEnding(bare, FORM_ENDINGS, MIN_FORM_STEM))
}

// The locative softens the last consonant: numerze, samochodzie, dokumencie, zwrocie, tekscie.
function harden(word: string): string {
  return word
    .replace(/rze$/, 'r')
    .replace(/(..)dzie$/, '$1d')
    .replace(/(.[nkop]|[^j]a|ie)cie$/, '$1t')
    .replace(/(..)scie$/, '$1st')
    .replace(/(..)nci$/, '$1nt')
}

function evenOut(word: string): string {
  return word
    .replace(/(..)i$/, '$1')
    .replace(/(..)rz$/, '$1r')
    .replace(/(..)sz$/, '$1s')
    .replace(/(..)i?e([kc])$/, '$1$2') // paczek, paczka; koniec, konca
    .replace(/(..)c$/, '$1k') // paczce
}
