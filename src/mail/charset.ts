import { isAscii, isUtf8 } from 'node:buffer'
import { decodeUtf7 } from './utf7.ts'

// Labels met in mail that the Encoding Standard does not know, and what they mean.
const ALIASES: Readonly<Record<string, string>> = {
  'ansi-x3.4-1968': 'utf-8',
  'ansi_x3.4-1968': 'utf-8',
  ascii: 'utf-8',
  'us-ascii': 'utf-8',
  '7bit': 'utf-8',
  '8bit': 'utf-8',
  default: 'utf-8',
  'unknown-8bit': 'utf-8',
  unknown: 'utf-8',
  utf: 'utf-8',
  'utf-8n': 'utf-8',
  'utf-8mb4': 'utf-8',
  cp65001: 'utf-8',
  cp932: 'shift_jis',
  'cp-932': 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  ms949: 'euc-kr',
  'ms-949': 'euc-kr',
  'iso-8859-8-e': 'iso-8859-8',
  'koi8-ru': 'koi8-u',
  mac: 'macintosh',
  macroman: 'macintosh',
  'mac-cyrillic': 'x-mac-cyrillic',
  maccyrillic: 'x-mac-cyrillic',
  'x-unknown': 'utf-8',
}

/**
 * The text of `bytes` under the charset a sender named; never throws.
 *
 * Unlabelled text, text under an unknown name and text that is not what its label says is read as
 * UTF-8 where it is that, else as the likeliest single-byte charset of our users' languages. A BOM
 * wins over a label (RFC 2781 §3.3).
 *
 * @param label as in `charset=`, in any spelling; null when the mail has none
 */
export function decodeText(bytes: Buffer, label: string | null): string {
  const name = normaliseLabel(label)
  if (isAscii(bytes) && !hasEscapes(name)) {
    const text = bytes.toString('latin1')
    return text.includes('\u001b$') ? decodeIso2022Jp(bytes) : text
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return bytes.toString('utf8', 3)
  if (name === 'utf-7') return decodeUtf7(bytes.toString('latin1'))
  if (name.startsWith('utf-16')) return decodeUtf16(bytes, name).replaceAll('\ufeff', '')
  if (name.startsWith('iso-2022-jp')) return decodeIso2022Jp(bytes)
  if (name === '' || name === 'utf-8') return decodeUnlabelled(bytes)
  return decodeWith(bytes, name) ?? decodeUnlabelled(bytes)
}

/** Whether the name is one under which ASCII bytes can mean something else. */
function hasEscapes(name: string): boolean {
  return /^(utf-7|utf-16|iso-2022|hz)/.test(name)
}

function normaliseLabel(label: string | null): string {
  const plain = (label ?? '')
    .slice(0, 60)
    .trim()
    .toLowerCase()
    .replace(/^["']+|["']+$/g, '')
    .replace(/\*.*$/, '')
  const known = ALIASES[plain]
  if (known !== undefined) return known
  if (/^utf[-_ ]?8/.test(plain)) return 'utf-8'
  if (/^(unicode-1-1-)?utf[-_]?7/.test(plain)) return 'utf-7'
  if (/^utf[-_]?16/.test(plain)) return plain.replace(/^utf[-_]?16[-_]?/, 'utf-16')
  const codepage = /^(?:x-)?(?:cp|win|windows|ms|ansi)[-_ ]?(125[0-8]|874)$/.exec(plain)
  if (codepage) return `windows-${codepage[1]}`
  const iso = /^(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})$/.exec(plain)
  return iso ? `iso-8859-${iso[1]}` : plain
}

function decodeWith(bytes: Buffer, name: string): string | undefined {
  try {
    const text = new TextDecoder(name).decode(bytes)
    return mostlyUnreadable(text) && isUtf8(bytes) ? bytes.toString('utf8') : text
  } catch {
    return undefined // the platform does not know this charset: the caller guesses
  }
}

function mostlyUnreadable(text: string): boolean {
  return text.includes('\ufffd') && text.split('\ufffd').length * 4 > text.length
}

/** The platform's decoder marks two escapes in a row as an error; joined encoded words have them (RFC 1468). */
function decodeIso2022Jp(bytes: Buffer): string {
  const text = bytes.toString('latin1').replaceAll('\u001b(B\u001b', '\u001b')
  return new TextDecoder('iso-2022-jp').decode(Buffer.from(text, 'latin1'))
}

function decodeUtf16(bytes: Buffer, name: string): string {
  if (name.endsWith('be')) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  // Without BOM: mail is big-endian by RFC 2781 §4.3, Windows wrote little-endian; the zero bytes tell.
  const isBigEndian = name === 'utf-16' && bytes[0] === 0 && bytes[1] !== 0
  return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes)
}

function decodeUnlabelled(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  const asUtf8 = bytes.toString('utf8')
  const broken = asUtf8.split('\ufffd').length - 1
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is ASCII
  const foreign = asUtf8.replace(/[\u0000-\u007f\ufffd]+/g, '').length
  return broken <= foreign ? asUtf8 : new TextDecoder(guessSingleByte(bytes)).decode(bytes)
}

/** windows-1251, koi8-r, windows-1250 or windows-1252, by which letters would be written. */
function guessSingleByte(bytes: Buffer): string {
  const high = bytes.filter(byte => byte >= 0x80)
  const half = high.length / 2
  const pairs = bytes.filter((byte, at) => byte >= 0xc0 && (bytes[at - 1] ?? 0) >= 0xc0).length
  // Cyrillic words are runs of high letters. 0xe0-0xff: small letters in windows-1251, capitals in koi8-r.
  if (pairs >= half) return high.filter(byte => byte >= 0xe0).length >= half ? 'windows-1251' : 'koi8-r'
  return high.filter(byte => POLISH_1250.has(byte)).length >= half ? 'windows-1250' : 'windows-1252'
}

// ą ć ę ł ń ś ź ż and Ł Ś Ż in windows-1250; as windows-1252 most of them are signs, not letters.
const POLISH_1250: ReadonlySet<number> = new Set([
  0xb9, 0xe6, 0xea, 0xb3, 0xf1, 0x9c, 0x9f, 0xbf, 0xa3, 0x8c, 0xaf,
])
