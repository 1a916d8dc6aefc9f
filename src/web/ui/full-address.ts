// `localhost:8080` has a port, no scheme.
const SCHEME = /^[a-z][a-z\d+.-]*:(?!\d)/i

/**
 * `example.org` and `ann@example.org` are links as people type them. What names a scheme is left as it is: whether that one
 * may be linked is `shared/link-target.ts`'s to say.
 */
export function fullAddress(typed: string): string {
  const address = typed.trim()
  if (address === '' || SCHEME.test(address)) return address
  return /^[^\s/@]+@[^\s/@]+$/.test(address) ? `mailto:${address}` : `https://${address}`
}
