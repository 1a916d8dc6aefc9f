import type { Clock } from '../lib/clock.ts'
import { type DnsResolve, openDns } from '../lib/dns.ts'
import { storableText } from '../lib/storable-text.ts'
import { judgeKeyRecord } from '../mail/dkim-record.ts'
import { keyRecordName } from '../mail/verify-signatures.ts'
import type { DkimCheck } from '../shared/vocabulary.ts'
import type { DkimKeyRow } from './dkim-keys.queries.ts'

/** What DNS says of a key, and the record it has: of a misplaced one its name. */
export type RecordLook = { code: DkimCheck; found: string | null }

/** `dnsServers`: `address:port` of those to ask; none: those of the system. */
export type LookUpNeeds = { clock: Clock; dnsServers: readonly string[] }

const MAX_FOUND_CHARS = 1_000
const MAX_NAME_CHARS = 253 // of a name (RFC 1035 §2.3.4); no server is asked for longer ones
const DNS_TRY_MS = 2_000 // a fresh name is asked of servers far away

/** Looks up the record of a key, past our memory of earlier answers. Never rejects. */
export async function lookUpRecord(
  { clock, dnsServers }: LookUpNeeds,
  key: Pick<DkimKeyRow, 'domain' | 'selector' | 'public_key'>,
): Promise<RecordLook> {
  const dns = openDns({ servers: dnsServers, clock, tryMs: DNS_TRY_MS })
  const name = keyRecordName(key)
  try {
    const records = await findTexts(dns.resolve, name)
    const code = judgeKeyRecord(records, key.public_key)
    if (code !== 'missing') return { code, found: storableText(records.join('\n').slice(0, MAX_FOUND_CHARS)) }
    // Many panels add the domain to whatever is typed.
    const doubled = `${name}.${key.domain}`
    const misplaced = doubled.length > MAX_NAME_CHARS ? [] : await findTexts(dns.resolve, doubled)
    return misplaced.length > 0 ? { code: 'misplaced', found: doubled } : { code, found: null }
  } catch {
    return { code: 'unreachable', found: null } // DNS was asked twice, whoever wants to know asks again
  } finally {
    dns.stop()
  }
}

async function findTexts(resolve: DnsResolve, name: string): Promise<string[]> {
  try {
    return (await resolve(name, 'TXT')).map(strings => [strings].flat().join(''))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOTFOUND' || code === 'ENODATA') return []
    throw error
  }
}
