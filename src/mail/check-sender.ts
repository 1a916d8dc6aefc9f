import { isSameOrganisation } from './organisation.ts'
import type { SenderPath } from './sender-path.ts'
import {
  type PublishedPolicy,
  reasonUnder,
  type SenderFacts,
  type SenderVerdict,
  verdictFor,
} from './sender-verdict.ts'
import type { VerifiedSignatures } from './verify-signatures.ts'

/**
 * Asks DNS. `type` is TXT, A, AAAA, MX, PTR or CNAME; rejects with the codes of node:dns, `ENOTFOUND` and
 * `ENODATA` for names that have no such record.
 */
export type DnsResolver = (name: string, type: string) => Promise<unknown[]>

/** What our own check has to go by. */
export type SenderEvidence = {
  /** The sender's address as From gives it. */
  author: string
  signatures: VerifiedSignatures
  path: SenderPath | undefined
  /** Domains that may seal for this mailbox (RFC 8617), in lower case. */
  trustedSealers: readonly string[]
  ignored: string[]
}

/**
 * Our own check of a sender: SPF of the path (RFC 7208), signatures that were verified before, and both
 * against the policy of the author's domain (DMARC, RFC 9989).
 *
 * A failure needs a policy that asks for something, a path that is certain, and answers from DNS to all of
 * it: whatever is not known is neutral. A trusted sealer who saw the mail pass lifts a failure to neutral,
 * never higher (RFC 8617 §5.2: a chain says who handled a mail, not who wrote it).
 */
export async function checkSender(evidence: SenderEvidence, resolver: DnsResolver): Promise<SenderVerdict> {
  const { author, signatures, path } = evidence
  const spf = path && (await checkPath(path, resolver))
  const facts: Partial<SenderFacts> = {
    signedBy: signatures.signedBy.slice(0, 5),
    path: spf?.result ?? null,
    ignored: evidence.ignored,
  }
  const dmarc = await askPolicy(resolver, author, {
    signedBy: signatures.signedBy,
    paths: spf?.result === 'pass' ? [spf.domain] : [],
  })
  const verdict = (reason: SenderVerdict['reason']) =>
    verdictFor(reason, 'letterdesk', { ...facts, policy: dmarc.policy })
  switch (dmarc.result) {
    case 'pass':
      return verdict('dmarc-pass')
    case 'none':
      return verdict(reasonWithoutPolicy(evidence, spf))
    case 'fail':
      return verdict(reasonOfFailure(evidence, spf?.result, dmarc.policy))
    default:
      return verdict('unreachable')
  }
}

/** What the domain of an address asks for, without any evidence; null where it publishes nothing or nobody answers. */
export async function readPolicy(author: string, resolver: DnsResolver): Promise<PublishedPolicy> {
  return (await askPolicy(resolver, author, { signedBy: [], paths: [] })).policy
}

type PathResult = { result: string; domain: string }

async function checkPath(path: SenderPath, resolver: DnsResolver): Promise<PathResult | undefined> {
  const { default: library } = await import('mailauth/lib/spf/index.js')
  const { mailFrom: sender, ip, helo } = path
  const read = await library.spf({ sender, ip, helo, mta: 'letterdesk.invalid', resolver })
  return read === false ? undefined : { result: read.status.result, domain: read.domain }
}

async function askPolicy(
  resolver: DnsResolver,
  author: string,
  proven: { signedBy: string[]; paths: string[] },
): Promise<{ result: string; policy: PublishedPolicy }> {
  const { default: verifyDmarc } = await import('mailauth/lib/dmarc/verify.js')
  const read = await verifyDmarc({
    headerFrom: [author],
    spfDomains: proven.paths,
    dkimDomains: proven.signedBy.map(domain => ({ domain })),
    resolver,
  })
  if (read === false) return { result: 'none', policy: null } // no domain in DNS, as with a domain literal
  const { policy } = read
  const isKnown = policy === 'none' || policy === 'quarantine' || policy === 'reject'
  return { result: read.status.result, policy: isKnown ? policy : null }
}

function reasonWithoutPolicy(evidence: SenderEvidence, spf: PathResult | undefined) {
  const domain = evidence.author.slice(evidence.author.lastIndexOf('@') + 1)
  if (evidence.signatures.signedBy.some(one => isSameOrganisation(domain, one))) return 'aligned-signature'
  return spf?.result === 'pass' && isSameOrganisation(domain, spf.domain) ? 'aligned-path' : 'no-policy'
}

function reasonOfFailure(evidence: SenderEvidence, path: string | undefined, policy: PublishedPolicy) {
  const reason = reasonUnder(policy)
  if (reason !== 'dmarc-fail') return reason
  const { seal, unreachable } = evidence.signatures
  if (unreachable.length > 0 || path === 'temperror') return 'unreachable'
  if (seal?.sawPass && evidence.trustedSealers.includes(seal.domain)) return 'trusted-sealer'
  return evidence.path?.isCertain ? reason : 'no-evidence'
}
