/**
 * The sender's address, in lower case, where every reader must find the same one; null where it takes
 * a real reader to tell.
 *
 * Plain is: one From line in the whole header, on whatever line end it stands; a bare address, or one
 * in angle brackets behind a name; no other `@` or `<`, not even inside an encoded word. Everything
 * forgeries play with (RFC 7103 §7: repeated fields, comments, routes, quoted local parts, lists, odd
 * line ends, charsets in which `@` can hide) is not plain.
 *
 * @param header the bytes up to the first empty line
 */
export function readPlainSender(header: Buffer): string | null {
  const text = header.toString('latin1')
  if (/\r(?!\n)|\0|^[ \t]+\r?$/m.test(text)) return null
  const lines = [...text.matchAll(/^[ \t]*from[ \t]*:/gim)]
  const line = lines[0]
  if (line === undefined || lines.length > 1 || !/^from:$/i.test(line[0])) return null
  const rest = text.slice(line.index + line[0].length)
  const value = /^[^\n]*(?:\n[ \t][^\n]*)*/.exec(rest)?.[0].replace(/\s+/g, ' ').trim() ?? ''
  const found = /^(?:([\w .,'"!&/|?=+-]*)<([\w.+-]+@[\w.-]+)>|([\w.+-]+@[\w.-]+))$/.exec(value)
  if (!found) return null
  const [, name = '', bracketed, bare] = found
  return hasPlainWords(name) ? (bracketed ?? bare ?? '').toLowerCase() : null
}

// Charsets in which the bytes of ASCII mean ASCII.
const ENCODED_WORD = /=\?(?:utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d|koi8-[ru])\?([bq])\?([^?]*)\?=/gi

/** Whether no encoded word of the name (RFC 2047) can be read as an address. */
function hasPlainWords(name: string): boolean {
  const isPlain = [...name.matchAll(ENCODED_WORD)].every(([, encoding = '', word = '']) =>
    encoding.toLowerCase() === 'b'
      ? !/[@<>]/.test(Buffer.from(word, 'base64').toString('latin1'))
      : !/=(?:40|3c|3e)/i.test(word),
  )
  return isPlain && !name.replace(ENCODED_WORD, '').includes('=?')
}
