/**
 * The one form of a tag's name: NFC, lower case, single spaces, no control or invisible format
 * characters (bidi marks would let two names look alike). Empty when nothing is left.
 */
export function tagName(typed: string): string {
  const visible = typed.normalize('NFC').replace(/\s/gu, ' ').replace(/\p{C}/gu, '')
  return visible.replace(/ +/g, ' ').trim().toLowerCase()
}
