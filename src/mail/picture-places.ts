import type { MimePart } from './mime-tree.ts'

/** The Content-ID of the part that a picture's address in HTML stands for; undefined for any other address. */
export type FindPicture = (src: string) => string | undefined

/**
 * Pictures that HTML names by Content-Location (RFC 2557 §8.2) in place of `cid:`, as given or relative to
 * the HTML's own location. Gives a part without a Content-ID one.
 *
 * @param parts the mail's files, in order
 * @param html the part whose addresses are looked up
 */
export function picturePlaces(parts: readonly MimePart[], html: MimePart): FindPicture {
  const ids = new Map<string, string>()
  for (const [place, part] of parts.entries()) {
    if (part.location === null || !part.contentType.startsWith('image/')) continue
    part.contentId ??= `located-${place}@letterdesk.invalid`
    for (const address of [part.location, resolved(part.location, html.location)]) {
      if (address !== undefined && !ids.has(address)) ids.set(address, part.contentId)
    }
  }
  if (ids.size === 0) return () => undefined
  return src => ids.get(src) ?? ids.get(resolved(src, html.location) ?? '')
}

function resolved(address: string, base: string | null): string | undefined {
  if (address.length > 2_000) return undefined
  return URL.parse(address, base ?? undefined)?.href
}
