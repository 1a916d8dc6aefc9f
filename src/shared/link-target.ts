const SCHEMES: readonly string[] = ['http:', 'https:', 'mailto:']

/**
 * Where a link leads, read as a browser would (WHATWG URL): the one rule of what may be a link at all, in mail that comes and
 * goes, in notes, and in what agents write of customers. Absolute http, https and mailto addresses only: neither
 * `javascript:` nor whatever scheme comes next.
 *
 * @returns the address in normal form (ASCII, the host as it is asked for), undefined for anything else
 */
export function linkTarget(address: string): string | undefined {
  const url = URL.parse(address)
  return url !== null && SCHEMES.includes(url.protocol) ? url.href : undefined
}
