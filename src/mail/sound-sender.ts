import { isUtf8 } from 'node:buffer'

// No encoded word (RFC 2047 §5): some readers read it, others take it for the address.
const LOCAL = String.raw`(?:(?!=\?)[^\s"\\<>@,;:()[\]])+`
const ADDRESS = String.raw`${LOCAL}@[\w.\u0080-\u00ff-]+`
// No `@` and no bracket: what another reader takes for the address can't be in it.
const COMMENT = String.raw`\([^()\\@<>]*\)`
const QUOTED = String.raw`"(?:[^"\\]|\\.)*"`
const NAMED = new RegExp(
  String.raw`^(?:[^"\\<>@,;:()[\]]|${QUOTED}|${COMMENT})*<\s*${ADDRESS}\s*>\s*(?:${COMMENT}\s*)*$`,
)
const BARE = new RegExp(String.raw`^(?:${COMMENT}\s*)*${ADDRESS}\s*(?:${COMMENT}\s*)*$`)
const TWICE = new RegExp(String.raw`^"?(${ADDRESS})"?\s*<(${ADDRESS})>$`)
const ALONE = new RegExp(String.raw`(?:^|[\s,:;(])${ADDRESS}(?:$|[\s,;)](?!\s*\.))|<${ADDRESS}>(?!\s*\.)`)
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls end the field for some readers
const CONTROL = /\r(?!\n|$)|[\u0000-\u0008\u000b\u000c\u000e-\u001f]/
const MAX_CHARS = 2_000

/**
 * Whether every reader of mail must find the same sender's address in a From field: it is one mailbox
 * (RFC 5322 §3.4), or there is but one address in it that could be taken. Everything else is a field of
 * which forgers make two senders (RFC 7103 §7): one for the filter, another for the reader.
 *
 * @param header the bytes up to the first empty line
 */
export function isSoundSender(header: Buffer): boolean {
  const text = header.toString('latin1')
  const lines = [...text.matchAll(/^[ \t]*from[ \t]*:/gim)]
  const [line] = lines
  if (line === undefined) return true // no sender: nobody is taken for another
  const rest = text.slice(line.index + line[0].length, line.index + line[0].length + 2 * MAX_CHARS)
  const value = /^[^\n]*(?:\n[ \t][^\n]*)*/.exec(rest)?.[0] ?? ''
  if (lines.length > 1 || value.length > MAX_CHARS || CONTROL.test(value)) return false
  if (!areAddressesReadable(value)) return false
  const plain = value.replace(/\s+/g, ' ').trim()
  if (NAMED.test(plain) || BARE.test(plain)) return true
  const twice = TWICE.exec(plain)
  if (twice) return twice[1]?.toLowerCase() === twice[2]?.toLowerCase()
  return plain.indexOf('@') === plain.lastIndexOf('@') && !plain.includes('\\') && ALONE.test(plain)
}

/** Whether no address has bytes of which the charset must be guessed: another reader guesses another one. */
function areAddressesReadable(value: string): boolean {
  const words = value.split(/[\s"<>,;:()]+/)
  return words.every(word => !word.includes('@') || isUtf8(Buffer.from(word, 'latin1')))
}
