import { introLength, isForwardDivider, isReplyDivider, startsHeaderBlock } from './quote-intro.ts'

/** A mail's text in two: what its writer wrote now, and what a reader can unfold. */
export type SplitReply = {
  /** Without quoted history and signature; all of the text when nothing would remain. */
  visibleText: string
  hasFolded: boolean
}

const MAX_LINES = 50_000

/**
 * Parts the new words of a mail from the history below them and the signature. It folds and never
 * cuts: the whole text is kept beside it, and a mail of nothing but quotes is shown whole.
 *
 * History begins at an introduction (`On …, Ann wrote:` in the languages of quote-intro.ts), a
 * divider or a header block of Outlook, or is a block of `>` lines at the end. Quotes between new
 * words stay: the answers refer to them. A signature begins at `-- ` (RFC 3676 §4.3) or is the line
 * a phone adds. Every rule looks at a bounded number of lines and characters, so time is linear.
 *
 * @param text with LF line ends
 */
export function splitReply(text: string): SplitReply {
  const lines = text.split('\n', MAX_LINES + 1)
  if (lines.length > MAX_LINES) return { visibleText: text, hasFolded: false }
  const withoutHistory = lines.slice(0, historyStart(lines))
  const body = withoutTrailingQuotes(withoutHistory)
  const shown = withoutTrailingQuotes(body.slice(0, signatureStart(body))).join('\n')
  const visibleText = trimBlankLines(shown)
  if (visibleText === '') {
    const all = trimBlankLines(body.join('\n'))
    return { visibleText: all === '' ? trimBlankLines(text) : all, hasFolded: all !== '' }
  }
  return { visibleText, hasFolded: visibleText !== trimBlankLines(text) }
}

/** The first line of the history that runs to the end of the mail, or the number of lines. */
function historyStart(lines: string[]): number {
  const lastOwn = lastUnquotedLine(lines)
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.length > 1_000 || line.startsWith('>')) continue
    if (isForwardDivider(line)) return lines.length
    if (startsHistory(lines, at, lastOwn)) return at
  }
  return lines.length
}

function startsHistory(lines: string[], at: number, lastOwn: number): boolean {
  if (isReplyDivider(lines[at] ?? '') || startsHeaderBlock(lines, at)) return true
  const length = introLength(lines, at)
  return length > 0 && isHistory(lines, at + length, lastOwn)
}

/** After an introduction: quoted to the end, or not quoted at all (Outlook, phones). */
function isHistory(lines: string[], after: number, lastOwn: number): boolean {
  let next = after
  while (next < lines.length && next < after + 4 && (lines[next] ?? '').trim() === '') next++
  const isQuoted = (lines[next] ?? '>').startsWith('>')
  return !isQuoted || lastOwn < next
}

function lastUnquotedLine(lines: string[]): number {
  const end = signatureStart(lines)
  for (let at = end - 1; at >= 0; at--) {
    const line = lines[at] ?? ''
    if (line.trim() !== '' && !line.startsWith('>')) return at
  }
  return -1
}

/** Without the quotes, blank lines and drawn lines at the end. */
function withoutTrailingQuotes(lines: string[]): string[] {
  let end = lines.length
  while (end > 0 && /^(?:>.*|[\s_*-]{0,200})$/.test(lines[end - 1] ?? '')) end--
  return lines.slice(0, end)
}

/** The line at which the signature begins, or the number of lines. */
function signatureStart(lines: string[]): number {
  const delimiter = lines.findIndex((line, at) => at > 0 && isSignatureDelimiter(line, lines.length - at))
  if (delimiter >= 0) return delimiter
  let last = lines.length - 1
  while (last >= 0 && (lines[last] ?? '').trim() === '') last--
  return last > 0 && PHONE.test((lines[last] ?? '').slice(0, 200)) ? last : lines.length
}

/** `-- ` (RFC 3676 §4.3), or the drawn line above a mailing list's footer. */
function isSignatureDelimiter(line: string, linesLeft: number): boolean {
  return (/^--\s?$/.test(line) && linesLeft <= 30) || (/^_{30,80}\s?$/.test(line) && linesLeft <= 8)
}

const PHONE =
  /^[\s*_]{0,5}(?:(?:sent|get outlook|изпратено|отправлено|wysłan[eo]|von meinem|envoyé|enviado|inviato|verzonden|skickat)\s.{0,60}(?:i?phone|ipad|android|samsung|galaxy|nokia|blackberry|windows|huawei|xiaomi|redmi|pixel|mobile|handheld|outlook|yahoo|gmail|proton ?mail|почты mail|яндекс|abv|telefon|смартфон|телефон|tablet|таблет|mobil|handy))/iu

function trimBlankLines(text: string): string {
  return text.replace(/^(?:[ \t]{0,200}\n)+/, '').trimEnd()
}
