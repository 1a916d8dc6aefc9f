import { meaningOf, timeWordsOf } from './time-words.ts'

/**
 * The day of the calendar somebody typed, as `2026-12-31`: by `31.12.2026`, `31/12/2026`, `31122026`, `2026-12-31`, or with
 * the month in words (`31 December 2026`, `31 декември 2026 г.`). The day comes before the month in all our languages.
 *
 * @returns undefined where it is none, also without the four figures of its year: nothing is guessed
 */
export function typedDay(typed: string): string | undefined {
  const apart = typed.replace(/^\s*(\d\d)(\d\d)(\d{4})\s*$/, '$1 $2 $3').replace(/[./-]/g, ' ')
  const [first = '', second = '', third = '', ...more] = timeWordsOf(apart)
    .filter(word => meaningOf(word)?.is !== 'skip')
    .map(figuresOf)
  if (more.length > 0) return undefined
  return calendarDay(first.length === 4 ? [first, second, third] : [third, second, first])
}

function figuresOf(word: string): string {
  const meaning = meaningOf(word)
  return meaning?.is === 'month' ? String(meaning.month) : word
}

function calendarDay([year, month, day]: [string, string, string]): string | undefined {
  if (!/^[1-9]\d{3}$/.test(year) || !/^\d{1,2}$/.test(month) || !/^\d{1,2}$/.test(day)) return undefined
  const written = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`
  const at = Date.parse(written)
  // 31.2. would be a day of March.
  return Number.isNaN(at) || new Date(at).toISOString().slice(0, 10) !== written ? undefined : written
}
