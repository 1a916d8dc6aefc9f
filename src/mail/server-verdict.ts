import type { SenderReason } from '../shared/vocabulary.ts'
import type { MethodResult } from './authentication-results.ts'
import { isSameOrganisation } from './organisation.ts'
import type { SenderTrace, ServerVerdict } from './sender-trace.ts'
import {
  type PublishedPolicy,
  reasonUnder,
  type SenderFacts,
  type SenderVerdict,
  verdictFor,
} from './sender-verdict.ts'

/**
 * What our mail server's fields come to: a verdict, a failure whose policy is not told, or nothing usable. Certain
 * is a verdict that stands where no sender can have put it.
 */
export type ServerJudgement =
  | { kind: 'verdict'; verdict: SenderVerdict; isCertain: boolean }
  | { kind: 'failed-under-unknown-policy'; facts: SenderFacts }
  | { kind: 'silent'; facts: Partial<SenderFacts> }

/**
 * What the mailbox's own receiving server says of the sender (RFC 8601 §5).
 *
 * Only fields with its authserv-id count, and of those only what the sender cannot have written: all
 * that stand above the line by which this server took the mail, else the topmost one alone: many servers put
 * theirs below that line, where a sender's would stand if the server wrote none and removed none. Any other
 * field is ignored, and shown as ignored. One that claims to be our server's and promises a pass where
 * the trusted one has none is a forgery.
 *
 * @param server the mailbox's authserv-id in lower case; null where none is set, and nothing counts then
 * @param authorDomain the domain of From
 */
export function judgeByServer(
  trace: SenderTrace,
  by: { server: string | null; authorDomain: string },
): ServerJudgement {
  const { server } = by
  const ours = server === null ? [] : trace.verdicts.filter(one => isOf(one, server, trace))
  const above = aboveOurLine(ours, server, trace)
  const trusted = above.length > 0 ? above : ours.slice(0, 1)
  const isCertain = above.length > 0
  const others = trace.verdicts.filter(one => !trusted.includes(one))
  const results = trusted.flatMap(one => one.results)
  const dmarc = results.find(one => one.method === 'dmarc')
  const facts = factsOf(server, results, others, by)
  if (trusted.length === 0) return { kind: 'silent', facts: { ignored: facts.ignored } }
  const promised = ours.some(one => others.includes(one) && one.results.some(isPass('dmarc')))
  if (promised && dmarc !== undefined && dmarc.result !== 'pass')
    return judged('forged-verdict', facts, isCertain)
  if (dmarc?.result === 'pass')
    return judged(isAboutUs(dmarc, by.authorDomain) ? 'dmarc-pass' : 'doubtful-sender', facts, isCertain)
  const place = { ...by, isCertain }
  return dmarc?.result === 'fail'
    ? judgeFailure(facts, place)
    : judgeWithoutPolicy(results, dmarc, facts, place)
}

function judged(reason: SenderReason, facts: SenderFacts, isCertain: boolean): ServerJudgement {
  return { kind: 'verdict', verdict: verdictFor(reason, 'mail-server', facts), isCertain }
}

function judgeFailure(facts: SenderFacts, { isCertain }: { isCertain: boolean }): ServerJudgement {
  if (facts.policy === null) return { kind: 'failed-under-unknown-policy', facts }
  return judged(reasonUnder(facts.policy), facts, isCertain)
}

function judgeWithoutPolicy(
  results: MethodResult[],
  dmarc: MethodResult | undefined,
  facts: SenderFacts,
  by: { authorDomain: string; isCertain: boolean },
): ServerJudgement {
  const aligned = alignedReason(results, by)
  if (aligned !== undefined) return judged(aligned, facts, by.isCertain)
  const hasNone = dmarc?.result === 'none' || dmarc?.result === 'bestguesspass'
  return hasNone ? judged('no-policy', facts, by.isCertain) : { kind: 'silent', facts }
}

/** Microsoft's servers sign with no name: theirs is known by the Received line right below it. */
function isOf(verdict: ServerVerdict, server: string, trace: SenderTrace): boolean {
  if (verdict.server !== null) return verdict.server === server
  const below = trace.hops.find(hop => hop.at > verdict.at)
  return below?.by === server || (below?.by?.endsWith(`.${server}`) ?? false)
}

function aboveOurLine(ours: ServerVerdict[], server: string | null, trace: SenderTrace): ServerVerdict[] {
  if (server === null) return []
  const taken = trace.hops.find(hop => hop.by === server || hop.by?.endsWith(`.${server}`))
  return taken === undefined ? [] : ours.filter(one => one.at < taken.at)
}

function factsOf(
  server: string | null,
  results: MethodResult[],
  others: ServerVerdict[],
  by: { authorDomain: string },
): SenderFacts {
  const dmarc = results.find(one => one.method === 'dmarc')
  return {
    server: results.length === 0 ? null : server,
    signedBy: results.filter(isPass('dkim')).flatMap(signerOf).slice(0, 5),
    path: results.find(one => one.method === 'spf')?.result ?? null,
    policy: dmarc && isAboutUs(dmarc, by.authorDomain) ? policyIn(dmarc) : null,
    ignored: others.map(one => one.words).slice(0, 5),
  }
}

const isPass = (method: string) => (one: MethodResult) => one.method === method && one.result === 'pass'

/** The author the server judged is the one we read, or the organisation above. */
function isAboutUs(dmarc: MethodResult, authorDomain: string): boolean {
  const judged = dmarc.properties['header.from']?.toLowerCase().replace(/^.*@/, '')
  return judged === undefined || judged === authorDomain || authorDomain.endsWith(`.${judged}`)
}

/** Servers tell the policy in a property (RFC 9989 §9.1), as `p=` in a comment, or as Microsoft's `action`. */
function policyIn({ properties, comment }: MethodResult): PublishedPolicy {
  const told =
    properties['policy.dmarc'] ??
    properties['policy.published-domain-policy'] ??
    /\b(?:p|policy)\s*=\s*(\w+)/i.exec(comment)?.[1] ??
    properties['action'] ??
    ''
  const word = told.toLowerCase().replace(/^o?reject$/, 'reject')
  return word === 'none' || word === 'quarantine' || word === 'reject' ? word : null
}

function alignedReason(results: MethodResult[], by: { authorDomain: string }): SenderReason | undefined {
  const aligned = (domain: string) => isSameOrganisation(by.authorDomain, domain)
  if (results.filter(isPass('dkim')).flatMap(signerOf).some(aligned)) return 'aligned-signature'
  const path = results.find(isPass('spf'))?.properties['smtp.mailfrom']
  return path !== undefined && aligned(path.toLowerCase().replace(/^.*@/, '')) ? 'aligned-path' : undefined
}

/** The signer's domain: `header.d`, or behind the last @ of `header.i` (RFC 8601 §2.7.1). */
function signerOf({ properties }: MethodResult): string[] {
  const domain = properties['header.d'] ?? properties['header.i']?.replace(/^.*@/, '')
  return domain === undefined || domain === '' ? [] : [domain.toLowerCase()]
}
