import type { ImapConnection } from './imap-connection.ts'

const factsAtOnce = 200
const dayMs = 86_400_000

/**
 * The lowest UID of the open folder whose mail was received at a moment or later; undefined: none was. SINCE compares days
 * in the server's own zone: a day earlier is asked for, then dates are compared.
 */
export async function findFirstUidSince(
  connection: Pick<ImapConnection, 'searchUids' | 'fetchFacts'>,
  atMs: number,
): Promise<number | undefined> {
  const uids = await connection.searchUids({ sinceDay: new Date(atMs - dayMs) })
  for (let at = 0; at < uids.length; at += factsAtOnce) {
    const facts = await connection.fetchFacts(uids.slice(at, at + factsAtOnce))
    const wanted = facts.filter(mail => mail.receivedAt.getTime() >= atMs).map(mail => mail.uid)
    if (wanted.length > 0) return Math.min(...wanted)
  }
  return undefined
}
