const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567' // RFC 4648 §6 in lower case: survives lower-casing mail systems

/** Bytes as lower-case base32 without padding (RFC 4648 §6): 16 bytes make 26 characters. */
export function encodeBase32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let value = 0
  for (const byte of bytes) {
    value = ((value << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += ALPHABET.charAt((value >> bits) & 31)
    }
  }
  return bits > 0 ? out + ALPHABET.charAt((value << (5 - bits)) & 31) : out
}

/** The bytes of lower-case base32, or undefined for any other text: each byte string has one spelling. */
export function decodeBase32(text: string): Buffer | undefined {
  const out = Buffer.alloc(Math.floor((text.length * 5) / 8))
  let bits = 0
  let value = 0
  let at = 0
  for (const char of text) {
    const digit = ALPHABET.indexOf(char)
    if (digit < 0) return undefined
    value = ((value << 5) | digit) & 0xfff
    bits += 5
    if (bits < 8) continue
    bits -= 8
    out[at++] = (value >> bits) & 0xff
  }
  return encodeBase32(out) === text ? out : undefined
}
