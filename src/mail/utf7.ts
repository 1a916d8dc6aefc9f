/**
 * Text in UTF-7 (RFC 2152): `+…-` holds UTF-16 in base64. Never throws; what is not UTF-7 stays.
 * Read so that hostile HTML in it is cleaned as what it means.
 */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)(-?)/g, (all, digits: string, closing: string) => {
    if (digits === '') return closing === '-' ? '+' : all
    return utf16Of(digits) ?? all
  })
}

/** Text in IMAP's form of UTF-7 (RFC 3501 §5.1.3): `&…-`, with `,` for `/`; some programs label names so. */
export function decodeImapUtf7(text: string): string {
  return text.replace(/&([A-Za-z0-9+,]*)-/g, (all, digits: string) =>
    digits === '' ? '&' : (utf16Of(digits.replaceAll(',', '/')) ?? all),
  )
}

function utf16Of(digits: string): string | undefined {
  const bytes = Buffer.from(digits, 'base64')
  return bytes.length < 2
    ? undefined
    : new TextDecoder('utf-16be').decode(bytes.subarray(0, bytes.length & ~1))
}
