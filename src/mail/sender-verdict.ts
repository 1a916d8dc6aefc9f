import type { SenderChecker, SenderGrade, SenderReason } from '../shared/vocabulary.ts'

/** What a domain asks to do with mail that fails (RFC 9989 §4.7); null where it publishes nothing or nobody asked. */
export type PublishedPolicy = 'none' | 'quarantine' | 'reject' | null

/** How far a sender is who they say they are, who says so and why. Bounded: kept with the message and shown. */
export type SenderVerdict = {
  grade: SenderGrade
  checker: SenderChecker
  reason: SenderReason
  facts: SenderFacts
}

/** What the verdict rests on, for people. */
export type SenderFacts = {
  /** The server whose verdict counted, by its authserv-id. */
  server: string | null
  /** Domains whose signature was right; at most 5. */
  signedBy: string[]
  /** What SPF said of the path, in its own word; null where nobody asked. */
  path: string | null
  policy: PublishedPolicy
  /** Verdict fields that are not our server's, cut to 200 characters: at most 5, and none of them counted. */
  ignored: string[]
}

/** Facts of which nothing is known. */
export const NO_FACTS: SenderFacts = { server: null, signedBy: [], path: null, policy: null, ignored: [] }

const GRADE_OF: { readonly [Reason in SenderReason]: SenderGrade } = {
  'dmarc-pass': 'verified',
  'aligned-signature': 'verified',
  'aligned-path': 'verified',
  'no-policy': 'neutral',
  'policy-asks-nothing': 'neutral',
  'no-evidence': 'neutral',
  'trusted-sealer': 'neutral',
  unreachable: 'neutral',
  unchecked: 'neutral',
  'dmarc-fail': 'failed',
  'forged-verdict': 'failed',
  'doubtful-sender': 'failed',
  'several-from': 'failed',
}

/** The verdict a reason amounts to. */
export function verdictFor(
  reason: SenderReason,
  checker: SenderChecker,
  facts: Partial<SenderFacts> = {},
): SenderVerdict {
  return { grade: GRADE_OF[reason], checker, reason, facts: { ...NO_FACTS, ...facts } }
}

/** What follows from a DMARC verdict under a policy (RFC 9989 §4.7): only a policy that asks for something can fail. */
export function reasonUnder(policy: PublishedPolicy): SenderReason {
  return policy === 'quarantine' || policy === 'reject' ? 'dmarc-fail' : 'policy-asks-nothing'
}
