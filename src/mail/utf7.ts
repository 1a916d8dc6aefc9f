/**
 * Text in UTF-7 (RFC 2152): `+…-` holds UTF-16 in base64. Never throws; what is not UTF-7 stays.
 * Read so that hostile HTML in it is cleaned as what it means (A03).
 */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)(-?)/g, (all, digits: string, closing: string) => {
    if (digits === '') return closing === '-' ? '+' : all
    const bytes = Buffer.from(digits, 'base64')
    return new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length - (bytes.length % 2)))
  })
}
