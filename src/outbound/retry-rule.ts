import type { SmtpReply, SmtpStage } from '../mailboxes/smtp-reply.ts'

/**
 * What to do about it. `isMailboxFault`: the account or server, not this mail; others would fare the same.
 * `limit`: the provider takes no more of the mailbox for now, so that nothing of it is tried before.
 */
export type RetryDecision =
  | { kind: 'accepted' }
  | { kind: 'failed' }
  | { kind: 'deferred'; delayMs: number; isMailboxFault: boolean; limit: ProviderLimit | null }

/** What a provider's refusal says of the mailbox: its quota is used up, or it asks too often just now. */
export type ProviderLimit = 'quota' | 'busy'

export type RetryQuestion = {
  /** null where no answer came: the connection failed before one. */
  reply: SmtpReply | null
  stage: SmtpStage
  /** Tries made so far, this one included. */
  attempts: number
  /** Since the reply was first due. */
  ageMs: number
  /** For how long it is tried; five days unless the operator says less. */
  patienceMs?: number
  /** 0 to 1, for the jitter. */
  random: number
}

const minuteMs = 60_000
// RFC 5321 §4.5.4.1 asks for waits of half an hour and patience for 4 to 5 days; the first, shorter
// waits are for greylisting (RFC 6647 §3), which ends after some minutes.
const delaysMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, 30 * minuteMs]
const laterDelayMs = 60 * minuteMs
const longestPatienceMs = 5 * 24 * 60 * minuteMs
const signInDelayMs = 5 * minuteMs // a wrong password tried more often locks accounts
const jitter = 0.2

/**
 * Whether a mail is tried again, and when: by the class of the answer (RFC 5321 §4.2.1) and its
 * enhanced code (RFC 3463). 2xx is accepted, 4xx and a lost connection are tried after about 1, 5, 15
 * and 30 minutes and then hourly for 5 days (±20 %; SEND_PATIENCE_HOURS), 5xx is final. Exceptions: what a server says before
 * it knows the mail, at the greeting or sign-in, never fails the mail; nor does a quota of the account
 * (`5.4.5`), which some providers answer with 550, and which holds all of the mailbox.
 */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { reply, stage } = question
  if (reply !== null && reply.code >= 200 && reply.code < 300) return { kind: 'accepted' }
  const isMailboxFault = blamesMailbox(reply, stage)
  if (reply !== null && reply.code >= 500 && !isMailboxFault) return { kind: 'failed' }
  if (question.ageMs >= (question.patienceMs ?? longestPatienceMs)) return { kind: 'failed' }
  const limit = limitOf(reply)
  const delayMs = withJitter(delayOf(question, limit), question.random)
  return { kind: 'deferred', delayMs, isMailboxFault, limit }
}

function blamesMailbox(reply: SmtpReply | null, stage: SmtpStage): boolean {
  if (reply === null || stage === 'connect' || stage === 'sign-in') return true
  if ([530, 534, 535, 538].includes(reply.code)) return true // sign-in wanted after all (RFC 4954 §6)
  return limitOf(reply) !== null
}

// The day's quota: Gmail, and Microsoft 365 for its recipients of a day.
const quotaCodes = ['5.4.5', '4.4.5', '5.1.90']
// Closing down (Gmail's 4.7.0 among them); sign-in or TLS away for now; too many connections (Microsoft 365).
const busyCodes = [421, 432, 454]

function limitOf(reply: SmtpReply | null): ProviderLimit | null {
  if (reply === null) return null
  if (quotaCodes.includes(reply.enhanced ?? '')) return 'quota'
  return busyCodes.includes(reply.code) ? 'busy' : null
}

function delayOf({ attempts, stage }: RetryQuestion, limit: ProviderLimit | null): number {
  if (limit === 'quota') return laterDelayMs
  if (stage === 'sign-in') return signInDelayMs
  return delaysMs[Math.max(0, attempts - 1)] ?? laterDelayMs
}

function withJitter(delayMs: number, random: number): number {
  return Math.round(delayMs * (1 - jitter + 2 * jitter * random))
}
