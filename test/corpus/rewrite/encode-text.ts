/** A character set as it is named in a mail, and its bytes for a text. */
export type Charset = { label: string; encode: (text: string) => Buffer | undefined }

const SINGLE_BYTE = [
  'iso-8859-1',
  'iso-8859-2',
  'iso-8859-5',
  'iso-8859-15',
  'windows-1250',
  'windows-1251',
  'windows-1252',
  'koi8-r',
  'koi8-u',
  'x-mac-cyrillic',
]

/** The character sets a mail is written anew in: those whose bytes follow from how they are decoded. */
export function listCharsets(): Charset[] {
  const utf8 = { label: 'utf-8', encode: (text: string) => Buffer.from(text) }
  return [utf8, ...SINGLE_BYTE.map(label => ({ label, encode: singleByteEncoder(label) }))]
}

function singleByteEncoder(label: string): Charset['encode'] {
  const decoded = new TextDecoder(label).decode(Uint8Array.from({ length: 256 }, (_, byte) => byte))
  const byteOf = new Map([...decoded].map((char, byte) => [char, byte] as const))
  // Programs that write iso-8859-1 leave out what its decoder takes for windows-1252.
  if (label === 'iso-8859-1') for (let byte = 0x80; byte < 0xa0; byte++) byteOf.delete(decoded.charAt(byte))
  return text => {
    const bytes = [...text].map(char => byteOf.get(char))
    return bytes.includes(undefined) ? undefined : Buffer.from(bytes.map(byte => byte ?? 0))
  }
}

/** One item of a list that is never empty. */
export function pick<Item>(items: readonly Item[], random: () => number): Item {
  const item = items[Math.floor(random() * items.length)]
  if (item === undefined) throw new RangeError('nothing to pick from')
  return item
}

/** A character set that holds all of a text, with its bytes. */
export function pickCharset(text: string, random: () => number): { label: string; bytes: Buffer } {
  const able = listCharsets().flatMap(({ label, encode }) => {
    const bytes = encode(text)
    return bytes === undefined ? [] : [{ label, bytes }]
  })
  return pick(able, random)
}

/** A text as one or more encoded words (RFC 2047), or as raw UTF-8 (RFC 6532) in one of five cases. */
export function headerText(text: string, random: () => number): string {
  if (random() < 0.2) return Buffer.from(text).toString('latin1')
  const { label } = pickCharset(text, random)
  const encode = listCharsets().find(one => one.label === label)?.encode ?? (() => undefined)
  const isBase64 = random() < 0.5
  const size = 6 + Math.floor(random() * 8)
  const chars = [...text]
  const words: string[] = []
  for (let at = 0; at < chars.length; at += size) {
    const bytes = encode(chars.slice(at, at + size).join('')) ?? Buffer.alloc(0)
    words.push(`=?${label}?${isBase64 ? `B?${bytes.toString('base64')}` : `Q?${qWord(bytes)}`}?=`)
  }
  return words.join('\n ')
}

function qWord(bytes: Buffer): string {
  return [...bytes].map(qByte).join('')
}

function qByte(byte: number): string {
  const char = String.fromCharCode(byte)
  if (char === ' ') return '_'
  return /[A-Za-z0-9]/.test(char) ? char : hex('=', byte)
}

function hex(sign: string, byte: number): string {
  return sign + byte.toString(16).toUpperCase().padStart(2, '0')
}

/** The `filename` of a Content-Disposition in one of the forms that programs write. */
export function fileNameParam(name: string, random: () => number): string {
  const percent = (text: string) => [...Buffer.from(text)].map(byte => hex('%', byte)).join('')
  const forms = [
    () => `filename*=utf-8''${percent(name)}`,
    () => {
      const chars = [...name]
      const half = Math.ceil(chars.length / 2)
      const [first, second] = [chars.slice(0, half).join(''), chars.slice(half).join('')]
      return `filename*0*=utf-8''${percent(first)};\n filename*1*=${percent(second)}`
    },
    () => `filename="=?utf-8?B?${Buffer.from(name).toString('base64')}?="`,
    () => `filename="${Buffer.from(name).toString('latin1')}"`,
  ]
  return pick(forms, random)()
}

/** A body in a transfer encoding (RFC 2045 §6): the encoding's name and lines of latin1. */
export function transferred(bytes: Buffer, random: () => number): { encoding: string; body: string } {
  const forms = [
    () => ({ encoding: 'base64', body: bytes.toString('base64').replace(/.{76}/g, '$&\n') }),
    () => ({ encoding: 'quoted-printable', body: quotedPrintable(bytes) }),
    () => ({ encoding: '8bit', body: bytes.toString('latin1') }),
  ]
  return pick(forms, random)()
}

function quotedPrintable(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .split('\n')
    .map(line => {
      const coded = line
        .replace(/[^\t -<>-~]/g, char => hex('=', char.charCodeAt(0)))
        .replace(/[\t ]$/, char => hex('=', char.charCodeAt(0)))
      return (coded.match(/(?:=[0-9A-F]{2}|[^=]){1,70}/g) ?? ['']).join('=\n')
    })
    .join('\n')
}
