import { dropEnding } from './drop-ending.ts'

// Endings of nouns and adjectives, longest first; what remains must be a word.
const CASE_ENDINGS = ['овци', 'ове', 'еве', 'ища', 'ия', 'ии', 'ие', 'а', 'я', 'о', 'е', 'и', 'у', 'ю']
// Endings that make verbs, participles and adjectives.
const FORM_ENDINGS = ['ил', 'ал', 'ял', 'ел', 'ен', 'ан', 'ян', 'ам', 'ям', 'ат', 'ят', 'ав', 'яв']
const MIN_WORD = 4
const MIN_STEM = 3
const MIN_FORM_STEM = 4

/**
 * What the forms of a Bulgarian word share, by its endings alone: article, plural, the forms of adjectives
 * and the common ones of verbs; then the letters that alternate (ц/к, з/г, я/е, a fleeting ъ or е). Light:
 * it joins forms, it does not find roots, and no list of words stands behind it.
 *
 * @param word lower case, й as и
 */
export function stemBulgarian(word: string): string {
  if (word.length < MIN_WORD) return word
  const bare = dropEnding(dropPerson(dropDefinite(word)), CASE_ENDINGS, MIN_STEM)
  return evenOut(dropForm(dropForm(bare)))
}

// The article follows a vowel where it begins with т (карта has none), and a consonant where it begins with ъ.
function dropDefinite(word: string): string {
  if (/(?:ият|ъят)$/.test(word)) return cut(word, 3, MIN_STEM)
  if (/[аяоеиуют]та$/.test(word) || /[аоеия]то$/.test(word) || /[аяеи]те$/.test(word)) {
    return cut(word, 2, MIN_STEM)
  }
  return /[^аяоеиуъю](?:ът|ят)$/.test(word) ? cut(word, 2, MIN_STEM) : word
}

function dropPerson(word: string): string {
  if (/[аяие]х(?:ме|те)$/.test(word)) return cut(word, 3, MIN_STEM)
  if (/[аяие]ха$/.test(word)) return cut(word, 2, MIN_FORM_STEM)
  if (/[аяие]ме$/.test(word)) return cut(word, 2, MIN_FORM_STEM)
  return /[аяие][хш]$/.test(word) ? cut(word, 1, MIN_FORM_STEM) : word
}

function dropForm(word: string): string {
  const shorter = dropEnding(word, FORM_ENDINGS, MIN_FORM_STEM)
  if (shorter !== word) return shorter
  return /[^аяоеиуъю]н$/.test(word) ? cut(word, 1, MIN_FORM_STEM) : word // спешен, спешна
}

function evenOut(word: string): string {
  const firm = word
    .replace(/ь$/, '')
    .replace(/([^аяоеиуъю])ъ([рлнмкв])$/, '$1$2') // министър, министри
    .replace(/(.[^аяоеиуъю])е([нц])$/, '$1$2') // важен, важна; чужденец, чужденци
    .replace(/ц$/, 'к') // ученик, ученици
    .replace(/з$/, 'г') // каталог, каталози
  return firm.replaceAll('я', 'е') // място, места
}

function cut(word: string, letters: number, minStem: number): string {
  return word.length - letters >= minStem ? word.slice(0, -letters) : word
}
