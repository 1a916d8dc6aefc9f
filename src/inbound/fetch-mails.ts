import type { RemoteFault } from '../lib/app-error.ts'
import { MAX_MAIL_BYTES } from '../mailboxes/imap-client.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import type { MailFacts } from '../mailboxes/imap-facts.ts'
import { nameImapFault } from '../mailboxes/imap-faults.ts'
import type { MailRole } from '../shared/vocabulary.ts'

/** The facts of a mail with what it is to us; `role` null: what its folder says. */
export type PlacedFacts = MailFacts & { role: MailRole | null }

/** A UID with what became of fetching it. Only `stored` has bytes: its own, or those of the row it is known by. */
export type FetchedMail = PlacedFacts & {
  source: Buffer | null
  state: 'stored' | 'too_large' | 'gone' | 'quarantined' | 'same' | 'ignored' | 'erased'
  reason: string | null
  /** The row that brought this mail before. */
  known: { id: number; rawBlobId: number | null; internetMessageId: string | null } | null
}

/** UIDs during whose fetch the connection broke, with how often; outlives connections. */
export type Suspects = Map<number, number>

/** A batch as far as it came; `fault` ended it, and the connection with it. */
export type FetchedBatch = { mails: FetchedMail[]; fault: RemoteFault | null }

/** Broken off so often by one mail alone, each time on a fresh connection, it is quarantined. */
export const SUSPECT_LIMIT = 5

/**
 * Fetches whole mails and accounts for every one asked for: what the server leaves out without a word is
 * asked for once more alone, then is `gone` (no longer shown) or quarantined as
 * `not-delivered-by-server`. The first mail not delivered when the connection breaks becomes a suspect.
 *
 * @param batch facts of at most 50 mails, together small enough for memory
 */
export async function fetchBatch(
  connection: ImapConnection,
  batch: readonly PlacedFacts[],
  suspects: Suspects,
): Promise<FetchedBatch> {
  const tooLarge = batch.filter(mail => mail.sizeBytes > MAX_MAIL_BYTES)
  const wanted = batch.filter(mail => mail.sizeBytes <= MAX_MAIL_BYTES)
  const mails = tooLarge.map(mail => settle(mail, 'too_large', 'larger-than-limit'))
  const came = new Map<number, Buffer>()
  const first = await receive(connection, wanted, came)
  mails.push(...wanted.flatMap(mail => toStored(mail, came.get(mail.uid))))
  for (const uid of came.keys()) suspects.delete(uid)
  const left = wanted.filter(mail => !came.has(mail.uid))
  if (first !== null) return { mails: [...mails, ...accuse(left[0], first, suspects)], fault: first }
  for (const mail of left) {
    const alone = await fetchAlone(connection, mail, suspects)
    mails.push(...alone.mails)
    if (alone.fault !== null) return { mails, fault: alone.fault }
  }
  return { mails, fault: null }
}

/** What to enter for a UID the server showed in a search and then gave no facts for. */
export async function settleUnfound(
  connection: ImapConnection,
  uid: number,
  now: Date,
): Promise<FetchedMail> {
  const facts = withoutFacts(uid, now)
  const isShown = (await connection.searchUids({ uids: [uid] })).includes(uid)
  return isShown ? settle(facts, 'quarantined', 'not-delivered-by-server') : settle(facts, 'gone', null)
}

/** A suspect that broke connections often enough: it is settled without asking for it again. */
export function settleSuspect(uid: number, now: Date): FetchedMail {
  return settle(withoutFacts(uid, now), 'quarantined', 'not-delivered-by-server')
}

function withoutFacts(uid: number, now: Date): PlacedFacts {
  return { uid, sizeBytes: 0, receivedAt: now, serverId: null, labels: null, role: null }
}

async function receive(
  connection: ImapConnection,
  wanted: readonly PlacedFacts[],
  came: Map<number, Buffer>,
): Promise<RemoteFault | null> {
  try {
    for await (const { uid, source } of connection.fetchSources(wanted.map(mail => mail.uid))) {
      came.set(uid, source)
    }
    return null
  } catch (cause) {
    return nameImapFault(cause)
  }
}

async function fetchAlone(
  connection: ImapConnection,
  mail: PlacedFacts,
  suspects: Suspects,
): Promise<FetchedBatch> {
  const came = new Map<number, Buffer>()
  const fault = await receive(connection, [mail], came)
  const stored = toStored(mail, came.get(mail.uid))
  if (stored.length > 0) return { mails: stored, fault }
  if (fault !== null) return { mails: accuse(mail, fault, suspects), fault }
  const isShown = (await connection.searchUids({ uids: [mail.uid] })).includes(mail.uid)
  const settled = isShown
    ? settle(mail, 'quarantined', 'not-delivered-by-server')
    : settle(mail, 'gone', null)
  return { mails: [settled], fault: null }
}

/** A mail whose announced bytes are beyond every limit is settled at once, whatever its size hint said. */
function accuse(mail: PlacedFacts | undefined, fault: RemoteFault, suspects: Suspects): FetchedMail[] {
  if (mail === undefined) return []
  if (fault.code === 'answer-too-large') return [settle(mail, 'too_large', 'larger-than-limit')]
  suspects.set(mail.uid, (suspects.get(mail.uid) ?? 0) + 1)
  return []
}

function toStored(mail: PlacedFacts, source: Buffer | undefined): FetchedMail[] {
  if (source === undefined) return []
  return [{ ...mail, sizeBytes: source.length, source, state: 'stored', reason: null, known: null }]
}

function settle(
  mail: PlacedFacts,
  state: 'too_large' | 'gone' | 'quarantined',
  reason: string | null,
): FetchedMail {
  return { ...mail, source: null, state, reason, known: null }
}
