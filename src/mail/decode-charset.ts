import iconv from 'iconv-lite'
import { decodeHz, decodeIso2022 } from './escaped-charsets.ts'
import { decodeImapUtf7, decodeUtf7 } from './utf7.ts'

/**
 * The text of `bytes` in one charset, faults as U+FFFD; undefined for a charset nobody here knows.
 * The platform's decoders come first, iconv-lite has the old DOS, Macintosh and national ones.
 *
 * @param name as `charsetName` gives it
 */
export function decodeCharset(bytes: Buffer, name: string): string | undefined {
  if (name.startsWith('iso-2022-')) return decodeIso2022(bytes)
  if (name === 'hz-gb-2312') return decodeHz(bytes)
  if (name === 'utf-7') return decodeUtf7(bytes.toString('latin1'))
  if (name === 'utf-7-imap') return decodeImapUtf7(bytes.toString('latin1'))
  if (name.startsWith('utf-16')) return decodeUtf16(bytes, name).replaceAll('\ufeff', '')
  const decoder = platformDecoder(name)
  if (decoder) return decoder.decode(bytes)
  return isTextCodec(name) ? iconv.decode(bytes, name) : undefined
}

type Decoder = InstanceType<typeof TextDecoder>

// Making one takes longer than most decoding, and failing to make one longer still.
const decoders = new Map<string, Decoder | undefined>()
const MAX_DECODERS = 200

function platformDecoder(name: string): Decoder | undefined {
  if (decoders.has(name)) return decoders.get(name)
  const decoder = newDecoder(name)
  if (decoders.size >= MAX_DECODERS) decoders.clear() // strangers make up names
  decoders.set(name, decoder)
  return decoder
}

function newDecoder(name: string): Decoder | undefined {
  try {
    return new TextDecoder(name)
  } catch {
    return undefined // the platform does not know this charset
  }
}

// `base64` and `hex` are encodings of iconv-lite too, of bytes and not of text.
function isTextCodec(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9_.:-]{2,39}$/.test(name) &&
    !/^(base64|hex|binary|ucs-?2)/.test(name) &&
    iconv.encodingExists(name)
  )
}

function decodeUtf16(raw: Buffer, name: string): string {
  // The line end before a boundary, written by a program that knows only single bytes.
  const bytes = raw.length % 2 === 1 && raw.at(-1) === 0x0a ? raw.subarray(0, -1) : raw
  if (name.endsWith('be')) return new TextDecoder('utf-16be').decode(bytes)
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  // Without BOM: mail is big-endian by RFC 2781 §4.3, Windows wrote little-endian; the zero bytes tell.
  const isBigEndian = name === 'utf-16' && zeroShare(bytes, 0) > zeroShare(bytes, 1)
  return new TextDecoder(isBigEndian ? 'utf-16be' : 'utf-16le').decode(bytes)
}

/** How many of the first hundred even (0) or odd (1) bytes are zero. */
function zeroShare(bytes: Buffer, parity: number): number {
  let zeros = 0
  for (let at = parity; at < Math.min(bytes.length, 200); at += 2) if (bytes[at] === 0) zeros++
  return zeros
}
