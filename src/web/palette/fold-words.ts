const LETTERS: Readonly<Record<string, string>> = {
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  д: 'd',
  е: 'e',
  ж: 'zh',
  з: 'z',
  и: 'i',
  й: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'h',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'sht',
  ъ: 'a',
  ы: 'i',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
  і: 'i',
  ї: 'i',
  є: 'ie',
  ґ: 'g',
  ł: 'l',
  đ: 'd',
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
}

// Other ways to write the same sounds in Latin letters, brought to the one above.
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/shch/g, 'sht'],
  [/kh/g, 'h'],
  [/j|y/g, 'i'],
  [/w/g, 'v'],
]

/**
 * Words as they are compared: small Latin letters, whatever the alphabet, accents and ways of transliterating.
 * So `zatvori`, `Затвори` and `затвори` are one, and `ż` is `z`, `ё` is `е`.
 */
export function foldWords(text: string): string {
  const plain = text
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{ASCII}]/gu, letter => LETTERS[letter] ?? letter)
  return SPELLINGS.reduce((words, [from, to]) => words.replace(from, to), plain)
}
