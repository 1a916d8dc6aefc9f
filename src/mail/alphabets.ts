/** A language among others of its script; `foreign` is found in a lower-case word it cannot spell. */
export type Alphabet = { tag: string; script: 'Latin' | 'Cyrillic'; foreign: RegExp }

const CYRILLIC = 'абвгдежзклмнопрстуфхцчш'

// Letters beyond the common ones. Apostrophes are no letters here.
const LATIN_EXTRAS: Record<string, string> = {
  cs: 'áčďéěíňóřšťúůýž',
  da: 'æøåé',
  de: 'äöüß',
  en: 'é',
  es: 'áéíñóúü',
  et: 'äöüõšž',
  fi: 'äöå',
  fr: 'àâæçéèêëîïôœùûüÿ',
  hr: 'čćđšž',
  hu: 'áéíóöőúüű',
  it: 'àèéìíîòóù',
  lt: 'ąčęėįšųūž',
  lv: 'āčēģīķļņšūž',
  nl: 'áéëèïíóöü',
  no: 'æøåéòô',
  pl: 'ąćęłńóśźż',
  pt: 'áâãàçéêíóôõúü',
  ro: 'ăâîșțşţ',
  sk: 'áäčďéíĺľňóôŕšťúýž',
  sl: 'čšž',
  sq: 'çë',
  sv: 'åäöé',
  tr: 'çğıöşüâîû\u0307', // I with a dot, in lower case, leaves the dot behind
}
const CYRILLIC_EXTRAS: Record<string, string> = {
  be: 'ёіўйыьэюя',
  bg: 'ийщъьюяѝ',
  mk: 'ијљњќѓѕџѐѝèé',
  ru: 'ёийщъыьэюя',
  sr: 'ијђљњћџ',
  uk: 'ґєиіїйщьюя',
}

/** The languages told apart within a script. To add one: its letters here, and its n-grams (.ci/language-grams.mjs). */
export const ALPHABETS: readonly Alphabet[] = [
  ...Object.entries(LATIN_EXTRAS).map(([tag, extras]) => alphabet(tag, 'Latin', `a-z${extras}`)),
  ...Object.entries(CYRILLIC_EXTRAS).map(([tag, extras]) => alphabet(tag, 'Cyrillic', CYRILLIC + extras)),
]

function alphabet(tag: string, script: Alphabet['script'], letters: string): Alphabet {
  return { tag, script, foreign: new RegExp(`[^${letters}'’]`, 'u') }
}
