import type { RemoteFault } from '../lib/app-error.ts'
import type { SmtpOutcome } from '../mailboxes/smtp-connection.ts'
import { SmtpRefused, type SmtpReply, type SmtpStage } from '../mailboxes/smtp-reply.ts'
import { decideRetry, type ProviderLimit, type RetryDecision } from './retry-rule.ts'
import type { RecipientResult } from './sending.queries.ts'

/** How a try ended: as the session went, or the session could not be opened, or there was nothing to send. */
export type TryEnd =
  | SmtpOutcome
  | { end: 'not-opened'; stage: SmtpStage; fault: RemoteFault }
  | { end: 'no-bytes'; fault: RemoteFault }

/** What is known of the mail besides. */
export type TryFacts = {
  recipients: readonly string[]
  hasAccepted: boolean
  attempts: number
  ageMs: number
  patienceMs?: number
  random: number
}

/** What is written. `delayMs` counts for deferred; `problem` is the mailbox's, to show to admins. */
export type Settlement = {
  state: 'accepted' | 'deferred' | 'failed' | 'uncertain'
  delayMs: number
  reply: SmtpReply | null
  recipients: RecipientResult[]
  problem: { code: string; detail: string | null } | null
  /** The provider takes no more of this mailbox for that long. */
  hold: { limit: ProviderLimit; forMs: number } | null
}

type Judged = { result: RecipientResult; decision: RetryDecision }

/**
 * Turns the end of a try into the new state of the mail and of each recipient. The server's word
 * about a recipient goes before its word about the mail. Acceptance is per recipient: those taken are
 * never due again. A silence after the final dot is `uncertain`; a silence before it is a try more.
 */
export function decideSettlement(end: TryEnd, facts: TryFacts): Settlement {
  if (end.end === 'withheld') return dueAtOnce(facts)
  const { reply, stage } = wordsOf(end)
  const refusals = 'refusals' in end ? end.refusals : []
  if (end.end === 'lost' && end.isDotSent) {
    return {
      state: 'uncertain',
      delayMs: 0,
      reply: lostReply(end.fault),
      recipients: [],
      problem: null,
      hold: null,
    }
  }
  const judged = facts.recipients.map(address => {
    const refusal = refusals.find(one => one.recipient === address)
    return refusal === undefined
      ? judge(address, { reply, stage }, facts)
      : judge(address, { reply: refusal.reply, stage: 'recipient' }, facts)
  })
  return sumUp(judged, { end, reply }, facts)
}

function judge(
  address: string,
  said: { reply: SmtpReply | null; stage: SmtpStage },
  { attempts, ageMs, patienceMs, random }: TryFacts,
): Judged {
  const decision = decideRetry({
    ...said,
    attempts,
    ageMs,
    ...(patienceMs === undefined ? {} : { patienceMs }),
    random,
  })
  const state = decision.kind === 'deferred' ? 'due' : decision.kind
  return { result: { address, state, reply: said.reply }, decision }
}

function sumUp(
  judged: readonly Judged[],
  { end, reply }: { end: Exclude<TryEnd, { end: 'withheld' }>; reply: SmtpReply | null },
  facts: TryFacts,
): Settlement {
  const delays = judged.flatMap(({ decision }) => (decision.kind === 'deferred' ? [decision.delayMs] : []))
  const recipients = judged.map(one => one.result)
  const isAnyAccepted = facts.hasAccepted || recipients.some(one => one.state === 'accepted')
  const settled = isAnyAccepted ? 'accepted' : 'failed'
  const shown = recipients.find(one => one.state !== 'accepted')?.reply ?? reply
  return {
    state: delays.length > 0 ? 'deferred' : settled,
    delayMs: Math.min(...delays, Number.MAX_SAFE_INTEGER),
    reply: shown ?? ('fault' in end ? lostReply(end.fault) : null),
    recipients,
    problem: problemOf(judged, end, shown),
    hold: holdOf(judged),
  }
}

/** A server that is busy is asked again soon, however often this one mail was tried. */
const busyHoldMs = 60_000

function holdOf(judged: readonly Judged[]): Settlement['hold'] {
  for (const { decision } of judged) {
    if (decision.kind === 'deferred' && decision.limit !== null)
      return { limit: decision.limit, forMs: decision.limit === 'busy' ? busyHoldMs : decision.delayMs }
  }
  return null
}

function wordsOf(end: Exclude<TryEnd, { end: 'withheld' }>): { reply: SmtpReply | null; stage: SmtpStage } {
  if (end.end === 'answered') return { reply: end.reply, stage: end.stage }
  if (end.end === 'lost' || end.end === 'no-bytes') return { reply: null, stage: 'data' }
  const { fault } = end
  return { reply: fault instanceof SmtpRefused ? fault.reply : null, stage: end.stage }
}

/** Nothing was said and nothing went wrong: another holder, or the same one later, tries at once. */
function dueAtOnce(facts: TryFacts): Settlement {
  const recipients = facts.recipients.map(address => ({ address, state: 'due' as const, reply: null }))
  return { state: 'deferred', delayMs: 0, reply: null, recipients, problem: null, hold: null }
}

/** A code of 0 where no server spoke: what is shown is why. */
function lostReply(fault: RemoteFault): SmtpReply {
  return { code: 0, enhanced: null, text: fault.code }
}

function problemOf(
  judged: readonly Judged[],
  end: Exclude<TryEnd, { end: 'withheld' }>,
  reply: SmtpReply | null,
): Settlement['problem'] {
  if (end.end === 'not-opened') {
    const words = end.fault instanceof SmtpRefused ? end.fault.reply.text : null
    return {
      code: holdOf(judged)?.limit === 'quota' ? 'smtp-quota' : `smtp-${end.fault.code}`,
      detail: words,
    }
  }
  if (end.end === 'lost' || end.end === 'no-bytes') return null
  const isMailboxFault = judged.some(
    ({ decision }) => decision.kind === 'deferred' && decision.isMailboxFault,
  )
  if (!isMailboxFault) return null
  const code = holdOf(judged)?.limit === 'quota' ? 'smtp-quota' : 'smtp-server-unavailable'
  return { code, detail: reply?.text ?? null }
}
