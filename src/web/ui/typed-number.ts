import { numberFormat } from './kept-format.ts'

const ENGLISH_GROUPS = /(?<=\d)[\s,](?=\d{3}(?!\d))/g
const GROUPS = /(?<=\d)\s(?=\d{3}(?!\d))/g

/** A number as a language writes it, with all its digits. */
export function numberWords(number: number, language: string): string {
  return numberFormat(language, { maximumFractionDigits: 20 }).format(number)
}

/**
 * Reads a number as people of a language type it: `1,234.5` in English, `1 234,5` elsewhere, where a point is a comma as well.
 *
 * @returns undefined where it is none, as `1,5` in English, which may be one and a half or a slip
 */
export function typedNumber(typed: string, language: string): number | undefined {
  const signed = typed.trim().replace(/^[\u2212\u2013]/, '-')
  const plain =
    language === 'en' ? signed.replace(ENGLISH_GROUPS, '') : signed.replace(GROUPS, '').replace(',', '.')
  return /^-?(?:\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : undefined
}
