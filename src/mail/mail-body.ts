import { citedContentIds } from './attachments.ts'
import { carryMarks, shiftMarks } from './body-quotes.ts'
import { decodeText, type GuessBudget, newGuessBudget } from './charset.ts'
import { type CleanBudget, cleanHtml, newCleanBudget } from './clean-html.ts'
import { cutText } from './clean-line.ts'
import { unflow } from './flowed-text.ts'
import { QUOTE_MARK_ATTRIBUTE } from './html-quote-marks.ts'
import { htmlToMarkedText, htmlToPlainText, type MarkedText, type TextMark } from './html-text.ts'
import type { MailDefect } from './mail-types.ts'
import { encodedBytes, type MimePart, partBytes } from './mime-tree.ts'
import { picturePlaces } from './picture-places.ts'
import { decodeTransfer, isBare } from './transfer-encoding.ts'
import type { UnpackedMail } from './unpack-parts.ts'

/** The words of a mail, and which lines of `text` its HTML marks as quoted. */
export type MailBody = { text: string; html: string | null; quoteMarks: TextMark[] }

const MAX_TEXT_CHARS = 2_000_000
// Of the parts text is read from: tags make much source of little text.
const MAX_SOURCE_CHARS = 2 * MAX_TEXT_CHARS
// Escaping and our link attributes make clean HTML longer than its source, `&` alone five times.
const MAX_HTML_CHARS = 3_000_000
const MAX_PICTURE_CHARS = 3_100 // a Content-ID of 1,000 characters, percent-encoded

/** Decoded texts and cleaned HTML by part: a part that is both text and HTML body is read once. */
type Texts = {
  raw: Buffer
  decoded: Map<MimePart, string>
  cleaned: Map<MimePart, string | null>
  budget: CleanBudget
  guesses: GuessBudget
  files: readonly MimePart[]
}

/**
 * The mail's text and clean HTML. Every HTML part is cleaned by itself, so that none can reach
 * into another; over the limits of one mail `html` is null, and its text is kept.
 */
export function readMailBody(raw: Buffer, parts: UnpackedMail, defects: Set<MailDefect>): MailBody {
  const files = parts.attachments.map(({ part }) => part)
  const texts: Texts = {
    raw,
    decoded: new Map(),
    cleaned: new Map(),
    budget: newCleanBudget(),
    guesses: newGuessBudget(),
    files,
  }
  const html = readHtml(texts, parts.htmlParts, defects)
  const given = readText(texts, parts, defects)
  const { text, marks } = standsForHtml(texts, parts, given.text)
    ? readHtmlText(texts, parts, defects)
    : given
  if (text.length > MAX_TEXT_CHARS) defects.add('text-too-long')
  const kept = withoutPadding(cutText(text, MAX_TEXT_CHARS).toWellFormed())
  if (kept.includes('\u0000')) defects.add('nul-removed')
  return { text: kept.replaceAll('\u0000', '\ufffd'), html, quoteMarks: marks }
}

// `Your program does not show HTML` in any language, and of any sender's choice of words.
const MAX_STAND_IN_CHARS = 500

/** Whether the text says nothing, or speaks of HTML in words that the HTML, which says more, has not. */
function standsForHtml(texts: Texts, parts: UnpackedMail, text: string): boolean {
  const short = onOneLine(text)
  if (short !== '' && (short.length > MAX_STAND_IN_CHARS || !/html/i.test(short))) return false
  const said = onOneLine(htmlsBeside(texts, parts).map(htmlToPlainText).join(' '))
  return said.length > short.length + 20 && (short === '' || !said.includes(short.slice(0, 60)))
}

function onOneLine(text: string): string {
  return text.slice(0, MAX_TEXT_CHARS).replace(/\s+/g, ' ').trim()
}

/** The cleaned HTML that says the same as a text part. */
function htmlsBeside(texts: Texts, { htmlParts, textParts }: UnpackedMail): string[] {
  const others = htmlParts.filter(part => part.contentType === 'text/html' && !textParts.includes(part))
  return others.map(part => cleanedHtml(texts, part) ?? '')
}

function readHtmlText(texts: Texts, parts: UnpackedMail, defects: Set<MailDefect>): MarkedText {
  const textParts = parts.htmlParts.filter(part => !isPicture(part))
  return readText(texts, { ...parts, textParts }, defects)
}

/** Some stores fill a mail up with NUL: at its end they stand for nothing. */
function withoutPadding(text: string): string {
  let end = text.length
  while (end > 0 && text.charCodeAt(end - 1) <= 0x20) end--
  return text.includes('\u0000', end) ? text.slice(0, end) : text
}

/** The parts one after the other, until there is more than is kept of a mail. */
function readText(texts: Texts, parts: UnpackedMail, defects: Set<MailDefect>): MarkedText {
  const read: string[] = []
  const marks: TextMark[] = []
  let [sourceChars, line] = [0, 0]
  for (const part of parts.textParts) {
    if (sourceChars > MAX_SOURCE_CHARS) {
      defects.add('text-too-long')
      break
    }
    sourceChars += decoded(texts, part).length
    const { text: whole, marks: own } = markedText(texts, part)
    const text = whole.trimEnd()
    if (text === '') continue
    read.push(text)
    marks.push(...shiftMarks(own, line))
    line += text.split('\n').length + 1
  }
  const text = read.join('\n\n')
  return { text, marks: [...marks, ...carryMarks(text, markedAlternatives(texts, parts))] }
}

/** The HTML that says the same as a text part, where its program marked quotes or signatures. */
function markedAlternatives(texts: Texts, parts: UnpackedMail): MarkedText[] {
  return htmlsBeside(texts, parts)
    .filter(html => html.includes(QUOTE_MARK_ATTRIBUTE))
    .map(htmlToMarkedText)
}

function readHtml(texts: Texts, parts: MimePart[], defects: Set<MailDefect>): string | null {
  if (!needsHtml(parts)) return null
  const pieces: (string | MimePart)[] = []
  let chars = 0
  for (const part of parts) {
    const piece = isPicture(part) ? part : partHtml(texts, part)
    chars += typeof piece === 'string' ? piece.length : MAX_PICTURE_CHARS
    if (piece === null || chars > MAX_HTML_CHARS) {
      defects.add('html-too-complex')
      return null
    }
    pieces.push(piece)
  }
  return joinPieces(pieces).toWellFormed()
}

/** HTML, or text around a picture: at the end of plain text a picture is as well a file. */
function needsHtml(parts: MimePart[]): boolean {
  const picture = parts.findIndex(isPicture)
  return (
    parts.some(part => part.contentType === 'text/html') ||
    (picture >= 0 && parts.slice(picture).some(part => !isPicture(part)))
  )
}

function isPicture(part: MimePart): boolean {
  return part.contentType.startsWith('image/')
}

/** Texts stand apart by a rule, a picture at its place between them unless the HTML shows it itself. */
function joinPieces(pieces: (string | MimePart)[]): string {
  const cited = citedContentIds(pieces.filter(piece => typeof piece === 'string').join(''))
  let html = ''
  let isAfterText = false
  for (const piece of pieces) {
    if (typeof piece === 'string') {
      html += isAfterText ? `\n<hr>\n${piece}` : piece
      isAfterText = true
    } else if (piece.contentId !== null && !cited.has(piece.contentId)) {
      html += `<p><img src="cid:${encodeURIComponent(piece.contentId)}" alt="" /></p>`
      isAfterText = false
    }
  }
  return html
}

function partHtml(texts: Texts, part: MimePart): string | null {
  if (part.contentType === 'text/html') return cleanedHtml(texts, part)
  const escaped = partText(texts, part)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replaceAll('\u0000', '\ufffd')
  return `<pre style="white-space:pre-wrap;font-family:inherit">${escaped}</pre>`
}

function cleanedHtml(texts: Texts, part: MimePart): string | null {
  const known = texts.cleaned.get(part)
  if (known !== undefined) return known
  const clean = cleanHtml(decoded(texts, part), texts.budget, picturePlaces(texts.files, part))
  texts.cleaned.set(part, clean)
  return clean
}

function markedText(texts: Texts, part: MimePart): MarkedText {
  if (part.contentType !== 'text/html') return { text: partText(texts, part), marks: [] }
  return htmlToMarkedText(cleanedHtml(texts, part) ?? decoded(texts, part).slice(0, 2 * MAX_TEXT_CHARS))
}

function partText(texts: Texts, part: MimePart): string {
  const text = decoded(texts, part)
  if (/^text\/(?:enriched|richtext)$/.test(part.contentType)) return plainOfEnriched(text)
  const isFlowed = part.params.get('format')?.toLowerCase() === 'flowed'
  return isFlowed ? unflow(text, { isDelSp: part.params.get('delsp')?.toLowerCase() === 'yes' }) : text
}

/** RFC 1896: commands in `<>`, `<<` for `<`, and one line end fewer than there are. */
function plainOfEnriched(text: string): string {
  return text
    .replace(/\n{1,1000}/g, ends => (ends.length === 1 ? ' ' : ends.slice(1)))
    .replace(/<<|<\/?[a-z0-9-]{1,60}>/gi, command => (command === '<<' ? '<' : ''))
}

function decoded(texts: Texts, part: MimePart): string {
  const known = texts.decoded.get(part)
  if (known !== undefined) return known
  const text = decodePart(texts, part).replace(/\r\n?/g, '\n')
  texts.decoded.set(part, text)
  return text
}

function decodePart({ raw, guesses }: Texts, part: MimePart): string {
  const isMislabelled = part.encoding === 'base64' && isBare(encodedBytes(raw, part))
  const bytes = isMislabelled ? encodedBytes(raw, part) : partBytes(raw, part)
  const charset = charsetOf(part, bytes)
  if (part.encoding !== 'quoted-printable' || !bytes.includes(0) || /utf-?(16|32)|ucs/i.test(charset ?? '')) {
    return decodeText(bytes, charset, guesses)
  }
  // No text holds NUL: `Id=00123` was written by a program that forgot to escape its `=`.
  const source = encodedBytes(raw, part).toString('latin1').replaceAll('=00', '=3D00')
  return decodeText(decodeTransfer(Buffer.from(source, 'latin1'), part.encoding), charset, guesses)
}

function charsetOf(part: MimePart, bytes: Buffer): string | null {
  const named = part.params.get('charset')
  if (named !== undefined && named !== '') return named
  if (part.contentType !== 'text/html') return null
  const head = bytes.toString('latin1', 0, 2_000)
  return /<meta[^>]{0,200}charset\s?=\s?["']?([\w-]{1,40})/i.exec(head)?.[1] ?? null
}
