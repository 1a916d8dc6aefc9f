import { SIGN_IN_FAULTS, type Trouble } from '../shared/health-words.ts'
import type { MailboxKind } from '../shared/mailbox-words.ts'

/** What the judgement of a mailbox rests on; instants of one clock. */
export type MailboxFacts = {
  kind: MailboxKind
  state: 'active' | 'paused'
  stateCode: string | null
  stateDetail: string | null
  stateAt: Date | null
  createdAt: Date
  fetchedAt: Date | null
  sentAt: Date | null
  missingCount: number | null
  missingSince: Date | null
  comparedAt: Date | null
  /** Since when no node keeps a door open for mail that is handed in; null while one does, and where it is fetched. */
  doorClosedSince: Date | null
  /** The watched folders that cannot be read, the first that could not before the others. */
  unreadFolders: readonly UnreadFolder[]
  unfiledSince: Date | null
  waitingSince: Date | null
  canaryLost: number
  canaryLostSince: Date | null
  quotaUsedBytes: number | null
  quotaLimitBytes: number | null
}

/** A folder that its server has no longer, or does not let us into: the fault's code and the server's words. */
export type UnreadFolder = { path: string; code: string; detail: string | null; since: Date }

/** One thing that is wrong: the fault's code and the server's words where it has any. */
export type FoundTrouble = { trouble: Trouble; code: string | null; detail: string | null; since: Date }

const minuteMs = 60_000
const silentMs = 3 * minuteMs // a restart of a server is over by then; a healthy mailbox is looked into every 20 s
const unfiledMs = 5 * minuteMs
const stuckMs = 15 * minuteMs
const missingMs = minuteMs // a comparison that long after the first found it again, when all was to be there
const lostCanaries = 2 // one alone may only be late
const fullPart = 0.95

/**
 * What is wrong with a mailbox now, the worst first. A short outage is nothing: only what needs a person counts at once.
 * A paused mailbox is as somebody wanted it.
 */
export function judgeMailbox(facts: MailboxFacts, now: Date): FoundTrouble[] {
  if (facts.state === 'paused') return []
  const found = [...judgeFault(facts, now), ...judgeFiling(facts, now), ...judgeSpace(facts, now)]
  return found.filter(one => one !== undefined)
}

function judgeFault(facts: MailboxFacts, now: Date): (FoundTrouble | undefined)[] {
  const { stateCode: code, stateDetail: detail, stateAt } = facts
  const isSending = code?.startsWith('smtp-') === true
  const since = stateAt ?? now
  if (code !== null && SIGN_IN_FAULTS.includes(code.replace(/^smtp-/, ''))) {
    return [{ trouble: 'sign-in', code, detail, since }]
  }
  const lookedAt = facts.fetchedAt ?? facts.createdAt
  const fault = isSending ? { code: null, detail: null } : { code, detail }
  return [
    facts.kind !== 'intake' && isOlder(lookedAt, silentMs, now)
      ? { trouble: 'fetching', ...fault, since: lookedAt }
      : undefined,
    judgeDoor(facts, now),
    judgeFolders(facts, now),
    isSending && isOlder(since, silentMs, now) ? { trouble: 'sending', code, detail, since } : undefined,
    isStuck(facts, now)
      ? { trouble: 'outbox-stuck', code: null, detail: null, since: facts.waitingSince ?? now }
      : undefined,
  ]
}

function judgeDoor({ doorClosedSince: since }: MailboxFacts, now: Date): FoundTrouble | undefined {
  if (since === null || !isOlder(since, silentMs, now)) return undefined
  return { trouble: 'intake', code: null, detail: null, since }
}

/** The folder that could not be read first says since when; it may be back with the next look. */
function judgeFolders({ unreadFolders: [first] }: MailboxFacts, now: Date): FoundTrouble | undefined {
  if (first === undefined || !isOlder(first.since, silentMs, now)) return undefined
  const { code, detail, since } = first
  return { trouble: 'folder', code, detail, since }
}

/** Something has waited for long and nothing at all has left since. */
function isStuck({ waitingSince, sentAt }: MailboxFacts, now: Date): boolean {
  if (waitingSince === null || !isOlder(waitingSince, stuckMs, now)) return false
  return sentAt === null || isOlder(sentAt, stuckMs, now)
}

function judgeFiling(facts: MailboxFacts, now: Date): (FoundTrouble | undefined)[] {
  const { missingCount, missingSince, comparedAt, unfiledSince } = facts
  const isMissing =
    (missingCount ?? 0) > 0 &&
    missingSince !== null &&
    comparedAt !== null &&
    comparedAt.getTime() - missingSince.getTime() >= missingMs
  return [
    isMissing ? { trouble: 'ledger', code: null, detail: null, since: missingSince } : undefined,
    unfiledSince !== null && isOlder(unfiledSince, unfiledMs, now)
      ? { trouble: 'unfiled', code: null, detail: null, since: unfiledSince }
      : undefined,
  ]
}

function judgeSpace(
  { quotaUsedBytes: used, quotaLimitBytes: limit, canaryLost, canaryLostSince }: MailboxFacts,
  now: Date,
): (FoundTrouble | undefined)[] {
  const none = { code: null, detail: null }
  const canary: FoundTrouble | undefined =
    canaryLost >= lostCanaries ? { trouble: 'canary', ...none, since: canaryLostSince ?? now } : undefined
  if (used === null || limit === null || used < limit * fullPart) return [canary]
  return [canary, { trouble: 'quota', ...none, since: now }]
}

function isOlder(at: Date, ageMs: number, now: Date): boolean {
  return now.getTime() - at.getTime() >= ageMs
}
