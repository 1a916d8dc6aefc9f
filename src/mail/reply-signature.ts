import { isDrawnLine } from './quote-headers.ts'
import { DEVICES, GET_OUTLOOK, PHONE_PROGRAMS, SENT_FROM } from './quote-words.ts'

const MAX_SIGNATURE_LINES = 30
const MAX_FOOTER_LINES = 8
const SENT_FROM_LINE = new RegExp(
  String.raw`^[\s*_(<]{0,5}(?:${SENT_FROM.join('|')})(?=[\s<]|$)[^,;!?]{0,80}$`,
  'iu',
)
// `Изпратено от куриера` and `Sent from my bank` are sentences; what follows must be a device, or a program.
const NAMES_A_DEVICE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${[...DEVICES, ...PHONE_PROGRAMS].join('|')})(?!\p{L})`,
  'iu',
)
// The mail program of Windows and of mail.ru is named like the post: `Отправлено с почты вчера` is a sentence.
const NAMES_A_MAILER =
  /(?<!\p{L})(?:mail|почт\p{L}{1,2}|пошт\p{L}{1,2}|поща|poczt\p{L}|pošt\p{L}|posta|courrier|correo) (?:mail|for|для|за|dla|pro|per|para|pour|für|voor|su|auf)(?!\p{L})|(?<!\p{L})мобил|(?<!\p{L})телефон/iu
const NAMES_ITS_OWN =
  /(?:^|\s)(?:my|meinem|meiner|mon|mi|meu|mio|mijn|min|mého|mojego|моего|моя|моето|мой)\s(?=[\p{Lu}\d])/u
// Outlook's advertisement, in its languages; one more where its link stands behind it.
const GETS_OUTLOOK = new RegExp(
  String.raw`^(?:(?:${GET_OUTLOOK.join('|')})\S{0,10}\s(?:\S{1,10}\s){0,2}outlook\s(?:\S{2,7}\s){1,2}(?:ios|android)(?: herunter)?|outlook (?:für|voor) (?:ios|android) \p{L}{3,15}|(?:ios|android) için outlook\S{1,5} \S{4,10})$`,
  'iu',
)
const OUTLOOK_LINK =
  /^[^.!?]{0,40}outlook[^.!?<]{0,30}<?https:\/\/aka\.ms\/[^<>\s]{1,40}>?(?: \S{1,15}){0,2}$/i
const YAHOO = /^yahoo mail ?: (?:\p{L}{3,15}, ){2}\p{L}{3,15}$/iu
// No blank parts the words there.
const SENT_FROM_MINE = /^(?:从我的|從我的|发自我的|發自我的)\S{2,20}(?: \S{1,15})?$/
const GERMAN_VERB_LAST = /^von .{2,60} (?:gesendet|verschickt|geschickt)\.?$/iu
// `Please excuse my brevity` behind it is no sentence to answer.
const EXCUSE =
  /[.,;!–-]\s{0,3}(?:(?:please|kindly|pls|bitte|proszę) )?(?:excuse|forgive|pardon|apologi[sz]e|apologies|sorry|entschuldig|veuillez excuser|извин|прост|моля да|wybacz|przepraszam|disculp|por favor,? disculp|omluv|scusa)[^.!?]{0,60}[.!]?$/iu
// Turkish, Finnish and Japanese name the phone first.
const DEVICE_FIRST =
  /^[\s*_]{0,5}\p{L}{0,12}\s?(?:iphone|ipad|android|galaxy)\S{0,12}\s?(?:.{0,20}gönderildi|.{0,10}lähetetty|から送信)|^windows için posta ile gönderildi/iu

const NAMES = [NAMES_A_DEVICE, NAMES_A_MAILER, NAMES_ITS_OWN]
// Further on it belongs to a sentence: `Inviato da Roma il 17 con corriere mobile`.
const MAX_WORDS_TO_NAME = 7
const ADVERTISEMENTS = [GETS_OUTLOOK, YAHOO, SENT_FROM_MINE]

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
    const line = lines[at] ?? ''
    if (/^--\s?$/.test(line)) return at
    if (/^_{30,80}\s?$/.test(line) && isFooter(lines.slice(at + 1, last + 1))) return at
  }
  return undefined
}

/** A mailing list's footer names an address; people draw such a line between what they say. */
function isFooter(lines: readonly string[]): boolean {
  return lines.length <= MAX_FOOTER_LINES && lines.some(line => REACH.test(line.slice(0, 300)))
}

const REACH = /[^\s@]@[^\s@]|https?:|www\./i

/** A line drawn at the end is the upper edge of what follows. */
function lastWritten(lines: readonly string[], from: number, before: number): number {
  let at = before - 1
  while (at >= from && ((lines[at] ?? '').trim() === '' || isDrawnLine(lines[at] ?? ''))) at--
  return at
}

/** `Sent from my iPhone`: a short line, not a sentence that goes on. */
export function isPhoneLine(line: string): boolean {
  const text = line
    .slice(0, 300)
    .replace(/\[([^[\]]{1,60})\]\(https?:[^()]{0,200}\)/g, '$1')
    .replace(/<[^<>]{0,200}>|\[[^[\]]{0,200}\]|\(\s?https?:[^()]{0,200}\)/g, '')
    .replace(EXCUSE, '')
    .trimEnd()
  if (text.length > 110 || /\.\s+\p{L}/u.test(text)) return false
  if (OUTLOOK_LINK.test(line.slice(0, 300).trim())) return true
  if (ADVERTISEMENTS.some(one => one.test(text.trim()))) return true
  const isSentFrom = SENT_FROM_LINE.test(text) || GERMAN_VERB_LAST.test(text.trim())
  const first = text.split(/\s+/, MAX_WORDS_TO_NAME).join(' ')
  return (isSentFrom && NAMES.some(one => one.test(first))) || DEVICE_FIRST.test(text)
}
