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

const mostDated = 2_000

/**
 * How many mails of the open folder were received at a moment or later, as the first fetch takes them. The server counts
 * those of whole days; the dates of the two days around the moment are compared one by one, where they are at most 2,000:
 * a folder that was moved to its server in one day is counted by its first UID.
 *
 * @param uids all of the folder, ascending
 */
export async function countSince(
  connection: Pick<ImapConnection, 'searchUids' | 'fetchFacts'>,
  uids: readonly number[],
  { atMs, nowMs }: { atMs: number; nowMs: number },
): Promise<number> {
  const laterMs = atMs + 2 * dayMs
  // Of a time to come a server with WITHIN would be asked for no seconds at all, which it takes for a mistake.
  const later = new Set(laterMs < nowMs ? await connection.searchUids({ sinceDay: new Date(laterMs) }) : [])
  const around = await connection.searchUids({ sinceDay: new Date(atMs - dayMs) })
  const dated = around.filter(uid => !later.has(uid))
  if (dated.length > mostDated) {
    const first = await findFirstUidSince(connection, atMs)
    return first === undefined ? 0 : uids.filter(uid => uid >= first).length
  }
  let count = later.size
  for (let at = 0; at < dated.length; at += factsAtOnce) {
    const facts = await connection.fetchFacts(dated.slice(at, at + factsAtOnce))
    count += facts.filter(mail => mail.receivedAt.getTime() >= atMs).length
  }
  return count
}
