/** `17.11.2026`, `Nov 17, 2026` or `2026-11-17`. */
export const DAY_AND_YEAR = /(?:^|\D)\d{1,2}\D.{0,30}(?:19|20)\d{2}(?:\D|$)|(?:19|20)\d{2}.{1,12}\d/

// A date with points holds none.
const CLOCK = /(?:^|[^\d.:])\d{1,2} ?[:.h] ?\d{2}(?![\d.:]?\d)|\d{1,2}:\d{2}/
const IN_BRACKETS = /<[^<>\s]{1,100}@[^<>\s]{1,100}>|\([^()\s]{1,100}@[^()\s]{1,100}\)/
// At most a verb of two words.
const ENDS_BEHIND_WRITER = /@[^<>()\s]{1,100}[>)](?:\s{0,3}[^\s:：]{1,30}){0,2}\s{0,3}[:：]$/
// Tuta, and old mails of mail.ru: `17 Nov 2026, 09:05 by ann@example.org:`
const DATE_THEN_ADDRESS =
  /^(?:\p{L}{2,12}\.?,? )?\d.{4,50}\d{2}(?: [A-Z]{2,4})?,? \p{L}{1,4} [^\s@]{1,64}@[^\s@]{1,100}(?: \([^()]{1,60}\))?\s{0,3}:$/u
const MAX_CHARS = 400

/**
 * Whether a text, in any language, names an address in brackets, the day with its year and the clock, and ends
 * in a colon, as what mail programs write above the mail they quote.
 */
export function namesWriterAndMoment(text: string): boolean {
  if (text.length > MAX_CHARS || !/[:：]$/.test(text)) return false
  return (
    DATE_THEN_ADDRESS.test(text) || (IN_BRACKETS.test(text) && CLOCK.test(text) && DAY_AND_YEAR.test(text))
  )
}

/** Whether such a text ends with its writer; in a sentence of a person it goes on. */
export function endsBehindWriter(text: string): boolean {
  return ENDS_BEHIND_WRITER.test(text) || DATE_THEN_ADDRESS.test(text)
}
