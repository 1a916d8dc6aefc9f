import type { SmtpReply, SmtpStage } from '../mailboxes/smtp-reply.ts'

/** What to do about it. `isMailboxFault`: the account or server, not this mail; others would fare the same. */
export type RetryDecision =
  | { kind: 'accepted' }
  | { kind: 'failed' }
  | { kind: 'deferred'; delayMs: number; isMailboxFault: boolean }

export type RetryQuestion = {
  /** null where no answer came: the connection failed before one. */
  reply: SmtpReply | null
  stage: SmtpStage
  /** Tries made so far, this one included. */
  attempts: number
  /** Since the reply was queued. */
  ageMs: number
  /** 0 to 1, for the jitter. */
  random: number
}

const minuteMs = 60_000
// RFC 5321 §4.5.4.1 asks for waits of half an hour and patience for 4 to 5 days; the first, shorter
// waits are for greylisting (RFC 6647 §3), which ends after some minutes.
const delaysMs = [minuteMs, 5 * minuteMs, 15 * minuteMs, 30 * minuteMs]
const laterDelayMs = 60 * minuteMs
const patienceMs = 5 * 24 * 60 * minuteMs
const signInDelayMs = 5 * minuteMs // a wrong password tried more often locks accounts
const jitter = 0.2

/**
 * Whether a mail is tried again, and when: by the class of the answer (RFC 5321 §4.2.1) and its
 * enhanced code (RFC 3463). 2xx is accepted, 4xx and a lost connection are tried after about 1, 5, 15
 * and 30 minutes and then hourly for 5 days (±20 %), 5xx is final. Exceptions: what a server says before
 * it knows the mail, at the greeting or sign-in, never fails the mail; nor does a quota of the account
 * (`5.4.5`), which some providers answer with 550.
 */
export function decideRetry(question: RetryQuestion): RetryDecision {
  const { reply, stage } = question
  if (reply !== null && reply.code >= 200 && reply.code < 300) return { kind: 'accepted' }
  const isMailboxFault = blamesMailbox(reply, stage)
  if (reply !== null && reply.code >= 500 && !isMailboxFault) return { kind: 'failed' }
  if (question.ageMs >= patienceMs) return { kind: 'failed' }
  const delayMs = stage === 'sign-in' ? signInDelayMs : scheduledDelay(question, reply)
  return { kind: 'deferred', delayMs: withJitter(delayMs, question.random), isMailboxFault }
}

function blamesMailbox(reply: SmtpReply | null, stage: SmtpStage): boolean {
  if (reply === null || stage === 'connect' || stage === 'sign-in') return true
  if (reply.code === 421 || reply.code === 454) return true // closing down; sign-in or TLS away for now
  if ([530, 534, 535, 538].includes(reply.code)) return true // sign-in wanted after all (RFC 4954 §6)
  return reply.enhanced === '5.4.5' || reply.enhanced === '4.4.5' // the day's quota (Gmail)
}

function scheduledDelay({ attempts }: RetryQuestion, reply: SmtpReply | null): number {
  if (reply?.enhanced === '5.4.5') return laterDelayMs
  return delaysMs[Math.max(0, attempts - 1)] ?? laterDelayMs
}

function withJitter(delayMs: number, random: number): number {
  return Math.round(delayMs * (1 - jitter + 2 * jitter * random))
}
