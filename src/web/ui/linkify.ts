import { linkTarget } from '../../shared/link-target.ts'

/** A stretch of text, or a link found in it. */
export type TextPart = { text: string; href?: string }

// A mail may hold a million addresses; a page must not.
const LINK_LIMIT = 500

const ADDRESS = /\b(?:https?:\/\/|mailto:)[^\s<>"'`\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069]{1,2000}/gi

/**
 * Splits plain text into text and links. Only http, https and mailto are ever linked, and what is shown
 * is exactly what was written; a mark that turns text around or is not seen ends an address. Linear in the
 * length of the text; past 500 addresses the rest stays text.
 */
export function linkify(text: string): TextPart[] {
  const parts: TextPart[] = []
  let shown = 0
  let looked = 0
  for (const match of text.matchAll(ADDRESS)) {
    if (++looked > LINK_LIMIT) break
    const written = withoutSignsBehind(match[0])
    if (linkTarget(written) === undefined) continue
    if (match.index > shown) parts.push({ text: text.slice(shown, match.index) })
    parts.push({ text: written, href: written })
    shown = match.index + written.length
  }
  if (shown < text.length) parts.push({ text: text.slice(shown) })
  return parts
}

// Letter by letter from the end: as a pattern it begins anew at each sign and takes quadratic time.
function withoutSignsBehind(address: string): string {
  let end = address.length
  while (end > 0 && '.,;:!?)]}»”’'.includes(address.charAt(end - 1))) end--
  return address.slice(0, end)
}
