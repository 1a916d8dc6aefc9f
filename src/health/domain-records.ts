import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import { type DnsResolve, openDns } from '../lib/dns.ts'
import { storableText } from '../lib/storable-text.ts'
import { keyRecord, signingDomain } from '../mail/dkim-record.ts'
import { parentOrganisation } from '../mail/organisation.ts'
import { providerOfDomain } from '../mailboxes/mail-providers.ts'
import type { DomainRecordKind } from '../shared/health-words.ts'
import { judgeAlarm } from './domain-alarm.ts'
import {
  type DomainCheckRow,
  deleteOtherChecks,
  insertUnanswered,
  listChecks,
  listOwnKeys,
  listSenders,
  upsertCheck,
} from './domain-checks.queries.ts'
import {
  type DomainFindings,
  type JudgedRecord,
  judgeDomain,
  type RecordToAdd,
  recordsOfHost,
} from './judge-domain.ts'

/** `dnsServers`: `address:port` of those to ask; none: those of the system. */
export type DomainNeeds = { db: Db; clock: Clock; dnsServers: readonly string[] }

/** A domain that mail is written from. `isOurs` is false for one of a provider, where nobody can enter anything. */
export type SendingDomain = {
  domain: string
  mailboxIds: number[]
  smtpHost: string | null
  isOurs: boolean
  signsItself: boolean
}

/** A domain with what DNS had when it was last looked up; null: it was not, or did not answer. */
export type DomainState = SendingDomain & {
  checkedAt: Date | null
  records: JudgedRecord[] | null
  /** The kinds that were right at some lookup. */
  rightKinds: DomainRecordKind[]
  /** Since which lookup any kind is wrong; one alone proves nothing yet. */
  wrongSince: Date | null
  /** The kinds that are wrong, as two lookups found; null: none is. */
  wrong: { kinds: DomainRecordKind[]; since: Date } | null
}

const dnsTryMs = 2_000 // a fresh name is asked of servers far away
const maxFoundChars = 500
const freshMs = 24 * 3_600_000
const wrongFreshMs = 30 * 60_000 // what is wrong is looked at each hour, so that it is soon known again to be right
const confirmedMs = 20 * 60_000
const absent = ['ENOTFOUND', 'ENODATA']

/** Every domain that mail is written from, by name, as its records were last found. */
export async function listDomains(db: Db): Promise<DomainState[]> {
  const checks = new Map((await listChecks(db)).map(check => [check.domain, check]))
  return (await listSendingDomains(db)).map(one => withCheck(one, checks.get(one.domain)))
}

/** Looks up the records of one domain now. @throws NotFound for one that no mailbox writes from */
export async function checkDomain(needs: DomainNeeds, domain: string): Promise<void> {
  const known = (await listDomains(needs.db)).find(one => one.domain === domain && one.isOurs)
  if (known === undefined) throw new NotFound('domain')
  await lookUp(needs, known)
}

/** Looks up the records of every domain that was not within a day, or where any is wrong; forgets those nobody writes from. */
export async function checkDomains(needs: DomainNeeds): Promise<void> {
  const domains = await listDomains(needs.db)
  await deleteOtherChecks(
    needs.db,
    domains.map(one => one.domain),
  )
  const nowMs = needs.clock.now().getTime()
  for (const one of domains) {
    const lifeMs = one.wrongSince === null ? freshMs : wrongFreshMs
    const isFresh = one.records !== null && nowMs - (one.checkedAt?.getTime() ?? 0) < lifeMs
    if (one.isOurs && !isFresh) await lookUp(needs, one)
  }
}

function withCheck(domain: SendingDomain, check: DomainCheckRow | undefined): DomainState {
  const records = check?.records ?? null
  const checkedAt = records === null ? null : (check?.checkedAt ?? null)
  const { rightKinds = [], wrongSince = null } = check ?? {}
  return {
    ...domain,
    checkedAt,
    records,
    rightKinds,
    wrongSince,
    wrong: domain.isOurs ? confirmed(check) : null,
  }
}

/** One lookup may have met a name server that lags behind: another has to find the same later. */
function confirmed(check: DomainCheckRow | undefined): DomainState['wrong'] {
  const { wrongKinds: kinds = [], wrongSince: since = null, checkedAt } = check ?? {}
  if (since === null || checkedAt === undefined || kinds.length === 0) return null
  return checkedAt.getTime() - since.getTime() >= confirmedMs ? { kinds, since } : null
}

async function listSendingDomains(db: Db): Promise<SendingDomain[]> {
  const domains = new Map<string, SendingDomain>()
  for (const { mailboxId, addresses, smtpHost, signs } of await listSenders(db)) {
    for (const domain of new Set(addresses.map(signingDomain))) {
      if (domain === undefined) continue
      const isOurs = providerOfDomain(domain) === undefined
      const one = domains.get(domain) ?? { domain, mailboxIds: [], smtpHost, isOurs, signsItself: signs }
      one.mailboxIds.push(mailboxId)
      domains.set(domain, one)
    }
  }
  return [...domains.values()].sort((a, b) => a.domain.localeCompare(b.domain))
}

async function lookUp(needs: DomainNeeds, one: DomainState): Promise<void> {
  const dns = openDns({ servers: needs.dnsServers, clock: needs.clock, tryMs: dnsTryMs })
  try {
    const findings = await findRecords(dns.resolve, one, await keysOf(needs.db, one))
    const records = judgeDomain(findings)
    const alarm = judgeAlarm(records, one.rightKinds)
    await upsertCheck(needs.db, one.domain, { records, alarm })
  } catch (error) {
    if (!isDnsFault(error)) throw error
    await insertUnanswered(needs.db, one.domain)
  } finally {
    dns.stop()
  }
}

/** The keys that are to be published: ours where we sign, else those of the provider. */
async function keysOf(db: Db, { domain, smtpHost, signsItself }: SendingDomain): Promise<RecordToAdd[]> {
  if (signsItself) {
    return (await listOwnKeys(db, [domain])).map(({ selector, publicKey }) => ({
      name: `${selector}._domainkey.${domain}`,
      type: 'TXT' as const,
      value: keyRecord(publicKey),
    }))
  }
  return (recordsOfHost(smtpHost)?.dkim ?? []).map(({ selector, type, value }) => ({
    name: `${selector}._domainkey.${domain}`,
    type,
    value: value?.replace('{domain}', domain) ?? null,
  }))
}

async function findRecords(
  resolve: DnsResolve,
  { domain, smtpHost, signsItself }: SendingDomain,
  keys: readonly RecordToAdd[],
): Promise<DomainFindings> {
  const texts = async (name: string) => (await ask(resolve, name, 'TXT')).map(textOf)
  const dmarcOf = async (name: string) =>
    (await texts(`_dmarc.${name}`)).filter(one => /^v=DMARC1\b/i.test(one))
  const parent = parentOrganisation(domain)
  const [mx, spf, dmarc, parentDmarc] = await Promise.all([
    ask(resolve, domain, 'MX'),
    texts(domain),
    dmarcOf(domain),
    parent === undefined ? [] : dmarcOf(parent),
  ])
  const dkim = await Promise.all(keys.map(async record => ({ record, found: await texts(record.name) })))
  return {
    domain,
    smtpHost,
    signsItself,
    dmarc,
    parentDmarc,
    dkim,
    mx: mx.map(one => (one as { exchange: string }).exchange).filter(host => host !== ''),
    spf: spf.filter(one => /^v=spf1(?:\s|$)/i.test(one)),
  }
}

async function ask(resolve: DnsResolve, name: string, type: string): Promise<unknown[]> {
  try {
    return await resolve(name, type)
  } catch (error) {
    if (isDnsFault(error) && absent.includes(error.code)) return []
    throw error
  }
}

function textOf(strings: unknown): string {
  return storableText([strings].flat().join('').slice(0, maxFoundChars))
}

function isDnsFault(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && /^E[A-Z]+$/.test(String(error.code))
}
