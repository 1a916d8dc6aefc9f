const LATIN = new Set(['windows-1252', 'iso-8859-1', 'iso-8859-15'])
const CYRILLIC = /^(?:koi8-|windows-1251$|iso-8859-5$|cp866$|ibm866$|x-mac-cyrillic$)/
const SAMPLE_CHARS = 4_000
// `Пратка` is one word; a French or Turkish name may be three letters with accents.
const LEAST_LETTERS = 6
// Western text has these between letters by a slip at most; in ISO 8859-2 and windows-1250 they are letters.
const SIGN_INSIDE = /[a-z]{2}[¹³¿¶][a-z]{2}/
const SIGNS_INSIDE = /[a-zà-ÿ][¹³¿¶±¼¾»](?=[a-zà-ÿ])/g
// Where the frequent letters of Cyrillic and Greek stand; German, French and Spanish have none of them.
const RARE_IN_THE_WEST = /[ðòåþýõøãìù÷×ÐÒÅÞÝÕØÃÌÙ]/

/**
 * Whether a text, read without a fault as its label says, still looks like what another charset wrote under
 * that label: words of accented letters alone or signs inside words under a Latin one, which programs write
 * by default; words that change to capitals behind their first letter under a Cyrillic one.
 *
 * @param label its canonical name
 */
export function isDoubtfulLabel(text: string, label: string): boolean {
  const sample = text.slice(0, SAMPLE_CHARS)
  if (LATIN.has(label)) return isForeignLatin(sample) || hasSignsInside(sample)
  return CYRILLIC.test(label) && isTurnedCyrillic(sample)
}

/** Western words have plain letters; where most of the marked ones have none, each byte was another script's letter. */
function isForeignLatin(text: string): boolean {
  const words = text.match(/[a-zß-öø-ÿÀ-ÖØ-Þ]+/gi) ?? []
  const marked = words.filter(word => /[ß-öø-ÿÀ-ÖØ-Þ]/.test(word))
  const foreign = marked.filter(word => word.length > 1 && !/[a-z]/i.test(word))
  const isRare = foreign.some(word => RARE_IN_THE_WEST.test(word))
  return isRare && letters(foreign) >= LEAST_LETTERS && letters(foreign) * 4 > letters(marked) * 3
}

function hasSignsInside(text: string): boolean {
  return SIGN_INSIDE.test(text) || (text.match(SIGNS_INSIDE)?.length ?? 0) >= 2
}

/** koi8 and windows-1251 have small letters where the other has capitals. */
function isTurnedCyrillic(text: string): boolean {
  const words = text.match(/\p{Script=Cyrillic}{3,}/gu) ?? []
  const turned = words.filter(word => /^\p{Ll}\p{Lu}+$/u.test(word))
  return turned.length > 0 && !words.some(word => /^\p{L}\p{Ll}+$/u.test(word))
}

function letters(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0)
}
