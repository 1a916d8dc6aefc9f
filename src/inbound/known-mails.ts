import type { Db } from '../db/database.ts'
import type { MailFacts } from '../mailboxes/imap-facts.ts'
import type { MailRole } from '../shared/vocabulary.ts'
import type { FetchedMail, PlacedFacts } from './fetch-mails.ts'
import { type KnownRow, selectKnownByServerId } from './known-mails.queries.ts'
import { roleByLabels } from './label-role.ts'
import type { SyncFolder } from './open-folder.ts'

/**
 * Tells apart by their facts what has to be fetched and what has not: what is no mail at all, and what the server calls by
 * an id that the mailbox has a row of, in whatever folder (docs/decisions/0043).
 */
export async function settleByFacts(
  db: Db,
  folder: SyncFolder,
  facts: readonly MailFacts[],
): Promise<{ settled: FetchedMail[]; unknown: PlacedFacts[] }> {
  const settled: FetchedMail[] = []
  const mails: PlacedFacts[] = []
  for (const mail of facts) {
    const { role, ignored } = roleByLabels(folder.role, mail.labels)
    if (ignored === null) mails.push({ ...mail, role })
    else settled.push({ ...mail, role, source: null, state: 'ignored', reason: ignored, known: null })
  }
  const rows = new Map((await selectKnownByServerId(db, folder.mailboxId, mails)).map(row => [row.uid, row]))
  const unknown: PlacedFacts[] = []
  for (const mail of mails) {
    const row = rows.get(mail.uid)
    if (row === undefined) unknown.push(mail)
    else settled.push(toKnown(mail, row, folder))
  }
  return { settled, unknown }
}

/**
 * Of what was there when the folder was first looked at that which is older than the days somebody asked for: UIDs are in
 * the order of coming in, and a mail that a program copied there may be of any date. It costs its facts alone.
 */
export function settleTooOld(
  { oldBelowUid, startsAt }: SyncFolder,
  mails: readonly PlacedFacts[],
): { tooOld: FetchedMail[]; wanted: PlacedFacts[] } {
  const isTooOld = ({ uid, receivedAt }: PlacedFacts) =>
    startsAt !== null && uid < oldBelowUid && receivedAt < startsAt
  const ignored = { source: null, state: 'ignored', reason: 'before-start', known: null } as const
  return {
    tooOld: mails.filter(isTooOld).map(mail => ({ ...mail, ...ignored })),
    wanted: mails.filter(mail => !isTooOld(mail)),
  }
}

/**
 * A mail as an instance of a row that is known: `same` where that one has its outcome, `erased` as that one is. Where
 * it has none so far, or was left in Sent without a ticket and has now come to us, the instance is filed from the very
 * same bytes.
 */
export function toKnown(mail: PlacedFacts, row: KnownRow, folder: SyncFolder): FetchedMail {
  const isSent = effectiveRole(mail, folder) === 'sent'
  const isOpen = row.state === 'stored' || row.state === 'quarantined' || (row.state === 'ignored' && !isSent)
  const known = {
    id: row.same_as_id ?? row.id,
    rawBlobId: isOpen ? row.raw_blob_id : null,
    internetMessageId: row.internet_message_id,
  }
  return { ...mail, source: null, state: isOpen ? 'stored' : stateOf(row), reason: null, known }
}

function stateOf({ state }: KnownRow): 'same' | 'erased' {
  return state === 'erased' ? 'erased' : 'same'
}

/** What a mail is to us: by its labels, else by its folder. */
export function effectiveRole(mail: { role: MailRole | null }, folder: SyncFolder) {
  return mail.role ?? folder.role
}
