import { RemoteFault } from '../lib/app-error.ts'
import type { ImapClient } from './imap-client.ts'
import { uidSet, uidsOf } from './uid-set.ts'

/** From a UID on, with an INTERNALDATE on or after that day, or of these those that are there. */
export type SearchScope = { fromUid: number } | { sinceDay: Date } | { uids: readonly number[] }

export type SearchQuery = Exclude<Parameters<ImapClient['flow']['search']>[0], boolean>

const timeoutMs = 60_000
const uidBytes = 12 // ten digits and a space
const maxSearchBytes = 32 * 1_048_576 // whatever the server says it holds
const manyMails = 10_000
const pieceUids = 50_000
const mostPieceUids = 64 * pieceUids

/**
 * UIDs of the open folder, ascending. One of many mails is asked for its UIDs as ranges (ESEARCH, RFC 4731), where the server
 * has them, else piece by piece: half a million numbers in one answer take 240 MB and two seconds of CPU to read, as
 * ranges nothing.
 *
 * @throws RemoteFault server-said-no where the search was refused
 */
export async function searchUids(client: ImapClient, scope: SearchScope): Promise<number[]> {
  const found = await findUids(client, scope)
  // `n:*` answers the last mail even when its UID is below n (RFC 3501 §6.4.8).
  return 'fromUid' in scope ? found.filter(uid => uid >= scope.fromUid) : found
}

async function findUids(client: ImapClient, scope: SearchScope): Promise<number[]> {
  const { capabilities, mailbox } = client.flow
  if (!mailbox || mailbox.exists <= manyMails || 'uids' in scope) return await search(client, toQuery(scope))
  const ranges = capabilities.has('ESEARCH')
    ? await searchRanges(client, scope, 2 * mailbox.exists)
    : undefined
  return ranges ?? (await searchPieces(client, scope, mailbox.uidNext || 0))
}

/** The UIDs of the open folder that a query finds, all in one answer. */
export async function search(client: ImapClient, query: SearchQuery): Promise<number[]> {
  const found = await ask(client, flow => flow.search(query, { uid: true }))
  return Array.isArray(found) ? found : []
}

/** Undefined where the answer is not what its own count says, as by a server that announces what it does not do. */
async function searchRanges(
  client: ImapClient,
  scope: SearchScope,
  most: number,
): Promise<number[] | undefined> {
  const returnOptions = ['COUNT' as const, 'ALL' as const]
  const found = await ask(client, flow => flow.search(toQuery(scope), { uid: true, returnOptions }))
  if (Array.isArray(found)) return found
  const uids = uidsOf(found.all ?? '', most)
  return uids?.length === found.count ? uids : undefined
}

/** A piece is as wide as 50,000 mails, and wider where UIDs lie far apart. */
async function searchPieces(client: ImapClient, scope: SearchScope, uidNext: number): Promise<number[]> {
  const found: number[] = []
  let width = pieceUids
  let from = 'fromUid' in scope ? Math.max(1, scope.fromUid) : 1
  for (;;) {
    const isLast = from + width >= uidNext
    const last = isLast ? '*' : from + width - 1
    const some = await search(client, { ...toQuery(scope), uid: `${from}:${last}` })
    for (const uid of some) {
      if (uid >= from) found.push(uid) // the last mail again, else
    }
    if (isLast) return found
    from += width
    width = nextWidth(width, some.length)
  }
}

function nextWidth(width: number, found: number): number {
  return found < width / 8 ? Math.min(4 * width, mostPieceUids) : width
}

function toQuery(scope: SearchScope): SearchQuery {
  if ('fromUid' in scope) return { uid: `${Math.max(1, scope.fromUid)}:*` }
  return 'uids' in scope ? { uid: uidSet(scope.uids) } : { since: scope.sinceDay }
}

async function ask<Found>(
  client: ImapClient,
  question: (flow: ImapClient['flow']) => Promise<Found | false | undefined>,
): Promise<Found> {
  // imapflow answers `false` for a refused search and for a connection lost during it, and throws neither.
  const { mailbox } = client.flow
  const mails = mailbox ? mailbox.exists : 0
  const answered = async (flow: ImapClient['flow']): Promise<Found> => {
    const found = await question(flow)
    if (found) return found
    if (flow.usable) throw new RemoteFault('server-said-no', 'the search was refused', { retry: true })
    // In the client's own words, so that what ended the connection is told in place of this.
    throw Object.assign(new Error('the search was not answered'), { code: 'NoConnection' })
  }
  const mostBytes = Math.min(maxSearchBytes, 1_048_576 + mails * uidBytes)
  return await client.run(timeoutMs, answered, mostBytes)
}
