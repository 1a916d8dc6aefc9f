// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is replaced
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g
// What turns the direction of text around, so that a name ends in another type than it has, or is never seen: marks,
// embeddings, isolates, BOM.
const BIDI = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]+/g

// Everything but blanks, and signs that have no shape: a name made of them would leave an empty place.
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\p{Z}\p{M}\u2800]/u

/**
 * A header's text as one line: controls become one space, bidi marks go, ends are
 * trimmed, cut to `maxChars`; '' where nothing of it can be seen.
 */
export function cleanLine(text: string, maxChars: number): string {
  const line = cutText(text, maxChars * 4)
    .replace(BIDI, '')
    .replace(CONTROLS, ' ')
    .replace(/ {2,}/g, ' ')
    .trim()
  return VISIBLE.test(line) ? cutText(line, maxChars).toWellFormed() : ''
}

/** The first `maxChars` UTF-16 units of a text; never half a character at its end, as of an emoji. */
export function cutText(text: string, maxChars: number): string {
  const isParted = text.length > maxChars && (text.codePointAt(maxChars - 1) ?? 0) > 0xffff
  return text.slice(0, isParted ? maxChars - 1 : maxChars)
}

// Joiners make one sign of several; all others, and blanks in rows, only push an ending out of sight.
const UNSEEN = /(?![\u200d\ufe0f])[\p{Default_Ignorable_Code_Point}\p{Cf}]+/gu
const BLANKS = /[\p{Z}\u2800]{2,}|\u2800/gu

/**
 * A file name to show and to offer for saving: the last step of any path, without controls, bidi
 * marks, unseen signs and characters that file systems refuse, at most 200 characters with its ending
 * kept; '' when nothing remains (RFC 2183 §2.3: a path in it must not be followed).
 */
export function cleanFilename(name: string): string {
  const line = cleanLine(name.slice(0, 20_000).replace(UNSEEN, '').replace(BLANKS, ' '), 5_000)
  const last = line.slice(Math.max(line.lastIndexOf('/'), line.lastIndexOf('\\')) + 1)
  const safe = last.replace(/[<>:"|?*]/g, '_').replace(/^[. ]+|[. ]+$/g, '')
  if (safe.length <= 200) return safe
  const dot = safe.lastIndexOf('.')
  const ending = dot > 0 && safe.length - dot <= 12 ? safe.slice(dot) : ''
  return cutText(safe, 200 - ending.length) + ending
}
