// Control and format characters: NUL, direction overrides (U+202E), zero-width spaces.
const UNSEEN = /[\p{Cc}\p{Cf}]/gu

/** A stranger's file name as it may be shown: without characters that hide or turn parts of it around. */
export function plainName(filename: string): string {
  return filename.replace(UNSEEN, '').trim()
}
