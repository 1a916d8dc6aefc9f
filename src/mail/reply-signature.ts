import { isDrawnLine } from './quote-headers.ts'
import { SENT_FROM } from './quote-words.ts'

const MAX_SIGNATURE_LINES = 30
const MAX_FOOTER_LINES = 8
const SENT_FROM_LINE = new RegExp(
  String.raw`^[\s*_(]{0,5}(?:${SENT_FROM.join('|')})(?=[\s<]|$)[^,;!?]{0,80}$`,
  'iu',
)
// `Изпратено от куриера` is a sentence; what follows must be somebody's own device, or a program.
const NAMES_A_DEVICE =
  /\b(?:my|meinem|mon|mi|meu|mio|mijn|min|mého|mojego|i?phone|ipad|android|samsung|galaxy|nokia|blackberry|windows|huawei|honor|xiaomi|redmi|poco|realme|oneplus|motorola|pixel|sony|mobile|mobil|handheld|handy|outlook|yahoo|gmail|e?-?mail|proton|thunderbird|yandex|wp|onet|interia|tablet|telefon\w*|app|device|ger[aä]t|appareil|dispositivo)(?![\p{L}])|моего|мой|моя|моето|мобил|телефон|смартфон|таблет|устройств|пристро|яндекс|почт|пошт|поща|abv|mail\.ru|app<|typeapp/iu
// Turkish, Finnish and Japanese name the phone first.
const DEVICE_FIRST =
  /^[\s*_]{0,5}\p{L}{0,12}\s?(?:iphone|ipad|android|galaxy)\S{0,12}\s?(?:.{0,20}gönderildi|.{0,10}lähetetty|から送信)/iu

/**
 * The line at which the signature of a stretch of own words begins, or its end: at `-- ` (RFC 3676
 * §4.3), at the drawn line above a mailing list's footer, or at the line a phone adds at the end.
 * Closings such as `Best regards` stay: they are words.
 *
 * @param to behind the last line of the stretch; lines below `from` are not looked at
 */
export function signatureStart(lines: readonly string[], from: number, to: number): number {
  const last = lastWritten(lines, from, to)
  const start = delimiterBefore(lines, from, last) ?? to
  const before = lastWritten(lines, from, start)
  return before >= from && isPhoneLine(lines[before] ?? '') ? before : start
}

function delimiterBefore(lines: readonly string[], from: number, last: number): number | undefined {
  for (let at = Math.max(from, last - MAX_SIGNATURE_LINES); at < last; at++) {
    if (isSignatureDelimiter(lines[at] ?? '', last - at)) return at
  }
  return undefined
}

/** A line drawn at the end is the upper edge of what follows. */
function lastWritten(lines: readonly string[], from: number, before: number): number {
  let at = before - 1
  while (at >= from && ((lines[at] ?? '').trim() === '' || isDrawnLine(lines[at] ?? ''))) at--
  return at
}

function isSignatureDelimiter(line: string, linesLeft: number): boolean {
  return /^--\s?$/.test(line) || (/^_{30,80}\s?$/.test(line) && linesLeft <= MAX_FOOTER_LINES)
}

/** `Sent from my iPhone`: a short line, not a sentence that goes on. */
export function isPhoneLine(line: string): boolean {
  const text = line
    .slice(0, 300)
    .replace(/<[^<>]{0,200}>|\[[^[\]]{0,200}\]|\(https?:[^()]{0,200}\)/g, '')
    .trimEnd()
  if (text.length > 110 || /\.\s+\p{L}/u.test(text)) return false
  return (SENT_FROM_LINE.test(text) && NAMES_A_DEVICE.test(text)) || DEVICE_FIRST.test(text)
}
