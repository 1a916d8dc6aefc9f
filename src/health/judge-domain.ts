import rows from '../../config/domain-records.json' with { type: 'json' }
import type { DomainRecordKind, RecordNote, RecordState } from '../shared/health-words.ts'

/** What a provider wants to stand in the DNS of a domain whose mail it carries (`config/domain-records.json`). */
export type ProviderRecords = {
  smtpHosts: readonly string[]
  /** The term of SPF that lets its servers send. */
  spf: string
  /** What its mail exchangers end in. */
  mx: readonly string[]
  /** Left out where each customer has another. */
  mxRecord?: string
  /** `value` has `{domain}` in it, and is left out where only the provider's own page tells it. */
  dkim: readonly { selector: string; type: 'TXT' | 'CNAME'; value?: string }[]
  source: string
}

/** A record as it is to be entered; `value` null: only the provider's page tells it. */
export type RecordToAdd = { name: string; type: 'TXT' | 'CNAME' | 'MX'; value: string | null }

/** How one record stands, what DNS has in its place, and what to enter. */
export type JudgedRecord = {
  kind: DomainRecordKind
  state: RecordState
  note: RecordNote | null
  found: string[]
  add: RecordToAdd | null
}

/** What DNS said of a domain; texts are whole records, each its strings joined. */
export type DomainFindings = {
  domain: string
  smtpHost: string | null
  mx: readonly string[]
  spf: readonly string[]
  /** Of `_dmarc` below the domain, and where that has none below the domain of its organisation. */
  dmarc: readonly string[]
  parentDmarc: readonly string[]
  /** Of each key that is to be there, with what was found under its name. */
  dkim: readonly { record: RecordToAdd; found: readonly string[] }[]
  /** We sign the mail ourselves: the keys are ours. */
  signsItself: boolean
}

/** The provider whose submission server this is, as far as we know its records. */
export function recordsOfHost(smtpHost: string | null): ProviderRecords | undefined {
  return (rows as readonly ProviderRecords[]).find(({ smtpHosts }) => smtpHosts.includes(smtpHost ?? ''))
}

/** What is to be done so that mail comes to a domain, and its own mail is believed: MX, SPF, DKIM and DMARC. */
export function judgeDomain(findings: DomainFindings): JudgedRecord[] {
  const provider = recordsOfHost(findings.smtpHost)
  return [
    judgeMx(findings, provider),
    judgeSpf(findings, provider),
    ...judgeKeys(findings, provider),
    judgeDmarc(findings),
  ]
}

function judgeMx({ domain, mx }: DomainFindings, provider: ProviderRecords | undefined): JudgedRecord {
  const found = [...mx]
  const value = provider?.mxRecord ?? null
  if (mx.length === 0)
    return {
      kind: 'mx',
      state: 'missing',
      note: value === null ? 'ask-provider' : null,
      found,
      add: { name: domain, type: 'MX', value },
    }
  const isOf = (host: string, suffix: string) => host === suffix || host.endsWith(`.${suffix}`)
  const isThere =
    provider === undefined || provider.mx.some(suffix => mx.some(host => isOf(host.toLowerCase(), suffix)))
  // A filter in front of the provider is nothing wrong.
  return { kind: 'mx', state: 'right', note: isThere ? null : 'elsewhere', found, add: null }
}

function judgeSpf(
  { domain, spf, smtpHost }: DomainFindings,
  provider: ProviderRecords | undefined,
): JudgedRecord {
  const term = provider?.spf ?? (smtpHost === null ? 'mx' : `mx a:${smtpHost}`)
  const of = (state: RecordState, note: RecordNote | null, value: string | null): JudgedRecord => ({
    kind: 'spf',
    state,
    note,
    found: [...spf],
    add: value === null ? null : { name: domain, type: 'TXT', value },
  })
  const [record, another] = spf
  if (record === undefined) return of('missing', provider ? null : 'guess', `v=spf1 ${term} ~all`)
  if (another !== undefined) return of('several', null, joinSpf(spf, provider?.spf))
  const terms = record.toLowerCase().split(/\s+/)
  if (terms.includes('+all') || terms.includes('all'))
    return of('wrong', 'everybody', withTerm(endSoftly(record), term))
  if (provider !== undefined && letsIn(terms, provider.spf)) return of('right', null, null)
  if (provider === undefined || terms.some(one => one.startsWith('redirect=')))
    return of('unknown', 'ask-provider', null)
  return of('wrong', 'no-include', withTerm(record, provider.spf))
}

/**
 * Whether a record has a provider's term, or is as a whole the provider's: without an `all`, its redirect counts
 * (RFC 7208 §6.1).
 */
function letsIn(terms: readonly string[], include: string): boolean {
  const redirect = include.replace('include:', 'redirect=')
  const isWhole = terms.includes(redirect) && !terms.some(one => /^[-~?+]?all$/.test(one))
  return isWhole || terms.some(one => one.replace(/^\+/, '') === include)
}

/** An SPF record with one more term, where terms still count: before `all` (RFC 7208 §5.1). */
function withTerm(record: string, term: string): string {
  const terms = record.trim().split(/\s+/)
  if (terms.some(one => one.toLowerCase() === term)) return terms.join(' ')
  const at = terms.findIndex(one => /^[-~?+]?all$|^redirect=|^exp=/i.test(one))
  if (at < 0) return [...terms, term, '~all'].join(' ')
  return terms.toSpliced(at, 0, term).join(' ')
}

function endSoftly(record: string): string {
  return record
    .trim()
    .split(/\s+/)
    .map(term => (/^\+?all$/i.test(term) ? '~all' : term))
    .join(' ')
}

/** A domain may have one record only (RFC 7208 §3.2): all their terms in one. */
function joinSpf(records: readonly string[], wanted: string | undefined): string {
  const terms = records.flatMap(record => record.trim().split(/\s+/).slice(1))
  const kept = [...new Set([...terms, ...(wanted === undefined ? [] : [wanted])])]
  return ['v=spf1', ...kept.filter(term => !/^[-~?+]?all$/i.test(term)), '~all'].join(' ')
}

function judgeKeys(
  { dkim, signsItself }: DomainFindings,
  provider: ProviderRecords | undefined,
): JudgedRecord[] {
  if (dkim.length === 0) {
    const note = provider === undefined ? 'own-signing' : 'ask-provider'
    return [{ kind: 'dkim', state: 'unknown', note, found: [], add: null }]
  }
  return dkim.map(({ record, found }) => {
    const isThere = found.some(text => isKey(text, signsItself ? record.value : null))
    const lack = found.length > 0 ? 'wrong' : 'missing'
    const state = isThere ? 'right' : lack
    const note = !isThere && record.value === null ? 'ask-provider' : null
    return { kind: 'dkim', state, note, found: [...found], add: isThere ? null : record }
  })
}

/** A key that is not revoked; of our own, this one. */
function isKey(text: string, own: string | null): boolean {
  const key = (record: string) => /(?:^|;)\s*p\s*=\s*([^;]*)/i.exec(record)?.[1]?.replace(/\s/g, '') ?? ''
  return own === null ? key(text) !== '' : key(text) === key(own)
}

function judgeDmarc({ domain, dmarc, parentDmarc }: DomainFindings): JudgedRecord {
  const add: RecordToAdd = { name: `_dmarc.${domain}`, type: 'TXT', value: 'v=DMARC1; p=none' }
  const found = dmarc.length > 0 ? dmarc : parentDmarc
  const about = { kind: 'dmarc' as const, found: [...found] }
  const [record] = found
  if (record === undefined) return { ...about, state: 'missing', note: null, add }
  if (found.length > 1) return { ...about, state: 'several', note: null, add: null }
  if (dmarc.length === 0) return { ...about, state: 'right', note: 'of-parent', add: null }
  const isWatching = /(?:^|;)\s*p\s*=\s*none\s*(?:;|$)/i.test(record)
  return { ...about, state: 'right', note: isWatching ? 'only-watching' : null, add: null }
}
