import { domainToASCII } from 'node:url'

/** What DNS said of each key name: its TXT records, each joined, or that there is none, or nothing. */
export type KeyAnswers = ReadonlyMap<string, KeyAnswer>
export type KeyAnswer = string[] | 'missing' | 'unreachable'

/** What the signatures of a mail prove. Domains in lower case. */
export type VerifiedSignatures = {
  /** Domains whose signature over From, other fields and the whole body is right. */
  signedBy: string[]
  /** Domains whose key could not be asked for. */
  unreachable: string[]
  /** Who sealed an unbroken ARC chain last, and whether they saw the mail pass DMARC; null without one. */
  seal: { domain: string; sawPass: boolean } | null
}

/** Where the key of a signature is published (RFC 6376 §3.6.2.1). */
export function keyRecordName(key: { domain: string; selector: string }): string {
  return `${key.selector}._domainkey.${domainToASCII(key.domain) || key.domain}`.toLowerCase()
}

/**
 * Verifies the DKIM signatures (RFC 6376, 8301, 8463) and the ARC chain (RFC 8617 §5.2) of a raw mail with
 * keys that were looked up before: no network here, so that it may run where strangers' bytes are read.
 *
 * A signature that leaves a part of the body out (`l=`, RFC 6376 §8.2) proves nothing, nor does one by
 * SHA-1 (RFC 8301 §3.1).
 */
export async function verifySignatures(raw: Buffer, keys: KeyAnswers): Promise<VerifiedSignatures> {
  const { default: dkim } = await import('mailauth/lib/dkim/verify.js')
  const resolver = (name: string) => answer(keys, name)
  const read = await dkim.dkimVerify(raw, { resolver, rejectRsaSha1: true, sender: 'nobody@invalid' })
  const domainsOf = (result: string) =>
    read.results
      .filter(one => one.status.result === result && !one.status.underSized)
      .flatMap(one => one.signingDomain?.toLowerCase() ?? [])
  return {
    signedBy: [...new Set(domainsOf('pass'))],
    unreachable: [...new Set(domainsOf('temperror'))],
    seal: await readSeal(read.arc, resolver),
  }
}

async function readSeal(
  chain: { lastEntry?: { 'arc-seal'?: { parsed?: { d?: { value?: string } } } } } | undefined,
  resolver: (name: string) => Promise<string[][]>,
): Promise<VerifiedSignatures['seal']> {
  const domain = chain?.lastEntry?.['arc-seal']?.parsed?.d?.value
  if (domain === undefined) return null
  const { default: library } = await import('mailauth/lib/arc/index.js')
  const { status, authenticationResults } = await library.arc(chain, { resolver })
  if (status.result !== 'pass') return null
  return { domain: domain.toLowerCase(), sawPass: authenticationResults?.dmarc?.result === 'pass' }
}

async function answer(keys: KeyAnswers, name: string): Promise<string[][]> {
  const found = keys.get(name.toLowerCase()) ?? 'missing'
  if (typeof found !== 'string') return found.map(record => [record])
  const code = found === 'missing' ? 'ENOTFOUND' : 'ETIMEOUT'
  throw Object.assign(new Error(`no key at ${name}`), { code })
}
