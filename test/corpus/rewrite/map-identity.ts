import { pick } from './encode-text.ts'
import { DOMAINS, LOCAL_PARTS } from './people.ts'

const ADDRESS = /(?<![\w.+=%-])([\w.+%-]{1,64})@((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,20})(?![\w-])/gi
// Names that mean something to a reader of mail, and hosts that are somebody's service, stay.
const SYSTEM =
  /daemon|postmaster|reply|bounce|abuse|root|majordom|list|owner|request|feedback|complaint|fbl|staff|system|admin|auto|vacation|^cm\d|^[0-9a-f.]{16,}$/i
const ANONYMISED = /(^|\.)(example|libsisimai|nyaan|neko|kijitora|test|invalid|localhost|foo|bar|baz)\b/i

/**
 * Other people at other domains, the same everywhere in a mail and in what its source states of it: the
 * addresses at domains that a source made up. Message-IDs have the form of addresses and change along.
 */
export function identityMap(random: () => number): (text: string) => string {
  const known = new Map<string, string>()
  const remember = (key: string, make: () => string): string => {
    const value = known.get(key) ?? make()
    known.set(key, value)
    return value
  }
  let count = 0
  return text =>
    text.replace(ADDRESS, (whole, local: string, domain: string) => {
      if (SYSTEM.test(local) || !ANONYMISED.test(domain)) return whole
      const newDomain = remember(`@${domain.toLowerCase()}`, () => pick(DOMAINS, random))
      const newLocal = remember(local.toLowerCase(), () => `${pick(LOCAL_PARTS, random)}${++count}`)
      return `${newLocal}@${newDomain}`
    })
}

/** A value of JSON with every text in it changed. */
export function mapTexts(value: unknown, map: (text: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map(one => mapTexts(one, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, mapTexts(one, map)]))
}
