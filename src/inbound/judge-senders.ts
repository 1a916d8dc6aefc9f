import type { Db } from '../db/database.ts'
import { describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Dns, DnsResolve } from '../lib/dns.ts'
import type { Log } from '../lib/log.ts'
import { checkSender, readPolicy } from '../mail/check-sender.ts'
import type { ParsedMail } from '../mail/mail-types.ts'
import { findSenderPath } from '../mail/sender-path.ts'
import type { KeyName } from '../mail/sender-trace.ts'
import { reasonUnder, type SenderFacts, type SenderVerdict, verdictFor } from '../mail/sender-verdict.ts'
import { judgeByServer, type ServerJudgement } from '../mail/server-verdict.ts'
import { type KeyAnswer, keyRecordName, type VerifiedSignatures } from '../mail/verify-signatures.ts'
import { LANES } from '../shared/vocabulary.ts'
import type { ClaimedMail, RawPlace } from './claim-mails.ts'
import { findSenderSettings, type SenderSettings } from './sender-settings.queries.ts'

/** What judging senders uses. */
export type SenderParts = {
  db: Db
  /** Null where own checks are switched off. */
  dns: Dns | null
  reader: {
    verifySignatures: (
      raw: RawPlace,
      keys: ReadonlyMap<string, KeyAnswer>,
    ) => Promise<VerifiedSignatures | undefined>
  }
  clock: Clock
  log: Log
}

type MailToJudge = ClaimedMail & { mail: ParsedMail }

// A batch waits this long for DNS at most, a second more than an answer takes; while nothing answers, hardly at all.
const PATIENCE_MS = 1_000
const LITTLE_PATIENCE_MS = 150
const MAX_LOOKUPS = 40 // SPF may ask ten, DMARC eight for a domain, and ten signatures a key each

const UNSIGNED: VerifiedSignatures = { signedBy: [], unreachable: [], seal: null }

/**
 * Judges who wrote each mail of a batch of one mailbox, all at once, with no transaction open.
 *
 * The word of the mailbox's own server comes first; where it has none, our own check by DNS, for new
 * mail only (keys of old mail are gone). Never rejects because of a mail or DNS: what cannot be found
 * out within a second is neutral, and a lookup that comes late is remembered for the next mail.
 *
 * @param mails all of one mailbox
 */
export async function judgeSenders<Mail extends MailToJudge>(
  parts: SenderParts,
  mails: readonly Mail[],
): Promise<(Mail & { sender: SenderVerdict })[]> {
  const [first] = mails
  if (first === undefined) return []
  const settings = await findSenderSettings(parts.db, first.mailboxId)
  return await Promise.all(mails.map(async mail => ({ ...mail, sender: await judge(parts, settings, mail) })))
}

async function judge(
  parts: SenderParts,
  settings: SenderSettings | undefined,
  claimed: MailToJudge,
): Promise<SenderVerdict> {
  try {
    return await judgeSender(parts, settings, claimed)
  } catch (error) {
    parts.log.warn({ ledgerRowId: claimed.id, err: describeError(error) }, 'sender not checked')
    return verdictFor('unreachable', 'letterdesk')
  }
}

async function judgeSender(
  parts: SenderParts,
  settings: SenderSettings | undefined,
  claimed: MailToJudge,
): Promise<SenderVerdict> {
  const { from, defects, trace } = claimed.mail
  if (defects.includes('several-from')) return verdictFor('several-from', 'letterdesk')
  if (defects.includes('doubtful-sender')) return verdictFor('doubtful-sender', 'letterdesk')
  if (from === null || settings === undefined || claimed.role === 'sent')
    return verdictFor('unchecked', 'nobody')
  const author = from.address
  const authorDomain = author.slice(author.lastIndexOf('@') + 1)
  const judgement = judgeByServer(trace, { server: settings.authservId, authorDomain })
  const { dns } = parts
  if (dns === null || isOld(claimed)) return withoutDns(judgement)
  if (judgement.kind === 'verdict' && isSettled(judgement, settings)) return judgement.verdict
  const resolve = patiently(dns, parts.clock)
  if (judgement.kind === 'failed-under-unknown-policy')
    return await judgeFailure(author, judgement.facts, resolve)
  const own = await checkByDns(parts, settings, claimed, author, resolve)
  return judgement.kind === 'silent' ? own : weigh(judgement.verdict, own)
}

/** The keys of old mail are gone. */
function isOld({ lane }: MailToJudge): boolean {
  return lane === LANES.backfill || lane === LANES.history
}

/** Nothing that we could find out would change the server's verdict. */
function isSettled(
  { verdict, isCertain }: { verdict: SenderVerdict; isCertain: boolean },
  settings: SenderSettings,
): boolean {
  return verdict.grade === 'verified' ? isCertain : !mayBeLifted(verdict, settings)
}

/** A pass that a sender may have written takes our own pass beside it; a failure may be lifted by a trusted sealer. */
function weigh(verdict: SenderVerdict, own: SenderVerdict): SenderVerdict {
  if (verdict.grade !== 'verified') return own.reason === 'trusted-sealer' ? own : verdict
  if (own.grade !== 'failed') return own.grade === 'verified' ? verdict : own
  return verdictFor('forged-verdict', 'letterdesk', own.facts)
}

function withoutDns(judgement: ServerJudgement): SenderVerdict {
  switch (judgement.kind) {
    case 'verdict':
      return judgement.verdict
    case 'failed-under-unknown-policy':
      return verdictFor('dmarc-fail', 'mail-server', judgement.facts)
    case 'silent':
      return verdictFor('unchecked', 'nobody', judgement.facts)
  }
}

/** A failure that a configured sealer may have caused by passing the mail on. */
function mayBeLifted(verdict: SenderVerdict, { trustedSealers }: SenderSettings): boolean {
  return verdict.reason === 'dmarc-fail' && trustedSealers.length > 0
}

/** The server says fail and not under which policy: it is asked for, and without an answer the server is believed. */
async function judgeFailure(author: string, facts: SenderFacts, resolve: DnsResolve): Promise<SenderVerdict> {
  const policy = await readPolicy(author, resolve)
  const reason = policy === null ? 'dmarc-fail' : reasonUnder(policy)
  return verdictFor(reason, 'mail-server', { ...facts, policy })
}

async function checkByDns(
  parts: SenderParts,
  settings: SenderSettings,
  claimed: MailToJudge,
  author: string,
  resolve: DnsResolve,
): Promise<SenderVerdict> {
  const { trace } = claimed.mail
  return await checkSender(
    {
      author,
      signatures: await readSignatures(parts, claimed, resolve, settings.trustedSealers.length > 0),
      path: findSenderPath(trace, host => isOurHost(host, settings)),
      trustedSealers: settings.trustedSealers,
      ignored: trace.verdicts.map(one => one.words).slice(0, 5),
    },
    resolve,
  )
}

async function readSignatures(
  { reader }: SenderParts,
  { mail, raw }: MailToJudge,
  resolve: DnsResolve,
  withSeals: boolean,
): Promise<VerifiedSignatures> {
  const { signatures, seals } = mail.trace
  const keys = withSeals ? [...signatures, ...seals] : signatures
  if (keys.length === 0 || raw === null) return UNSIGNED
  const answers = await lookUpKeys(keys, resolve)
  if (![...answers.values()].some(Array.isArray))
    return { ...UNSIGNED, unreachable: silentDomains(keys, answers) }
  return (await reader.verifySignatures(raw, answers)) ?? UNSIGNED
}

async function lookUpKeys(keys: readonly KeyName[], resolve: DnsResolve): Promise<Map<string, KeyAnswer>> {
  const names = [...new Set(keys.map(keyRecordName))]
  const answers = await Promise.all(names.map(async name => [name, await lookUpKey(name, resolve)] as const))
  return new Map(answers)
}

async function lookUpKey(name: string, resolve: DnsResolve): Promise<KeyAnswer> {
  try {
    const records = await resolve(name, 'TXT')
    return records.map(record => (Array.isArray(record) ? record.join('') : String(record)))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    return code === 'ENOTFOUND' || code === 'ENODATA' || code === 'EBADNAME' ? 'missing' : 'unreachable'
  }
}

function silentDomains(keys: readonly KeyName[], answers: ReadonlyMap<string, KeyAnswer>): string[] {
  return keys.filter(key => answers.get(keyRecordName(key)) === 'unreachable').map(key => key.domain)
}

/** Names under which the mailbox's own servers write their lines. */
function isOurHost(host: string, { authservId, imapHost, address }: SenderSettings): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return host === authservId || host === imapHost || host === domain || host.endsWith(`.${domain}`)
}

/**
 * DNS for one mail: at most forty questions, which keep it waiting no longer than the patience there is
 * (time in which no question is open does not count). What comes later is remembered for the next mail.
 */
function patiently(dns: Dns, clock: Clock): DnsResolve {
  const patienceMs = dns.isAnswering() ? PATIENCE_MS : LITTLE_PATIENCE_MS
  const waiting = { asked: 0, open: 0, sinceMs: 0, waitedMs: 0 }
  return async (name, type) => {
    const nowMs = clock.monotonicMs()
    if (waiting.open === 0) waiting.sinceMs = nowMs
    const leftMs = patienceMs - waiting.waitedMs - (nowMs - waiting.sinceMs)
    if (leftMs <= 0 || ++waiting.asked > MAX_LOOKUPS) throw tookTooLong(type)
    waiting.open++
    try {
      return await within(leftMs, dns.resolve(name, type), type)
    } finally {
      waiting.open--
      if (waiting.open === 0) waiting.waitedMs += clock.monotonicMs() - waiting.sinceMs
    }
  }
}

async function within(leftMs: number, answer: Promise<unknown[]>, type: string): Promise<unknown[]> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(tookTooLong(type)), leftMs)
  try {
    return await Promise.race([answer, promise])
  } finally {
    clearTimeout(timer)
  }
}

function tookTooLong(type: string): Error {
  return Object.assign(new Error(`no answer in time for ${type}`), { code: 'ETIMEOUT' })
}
