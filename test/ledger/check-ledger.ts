import { getLedger, type LedgerRow, listLedgerRows } from '../../src/shared/mailboxes.ts'
import { allPages } from '../support/all-pages.ts'
import type { ApiClient } from '../support/api.ts'
import type { ServerMail } from '../support/raw-imap.ts'

/** What the ledger of one mailbox says against what its server shows. */
export type LedgerCheck = {
  /** In the order of their UIDs, which is that of delivery. */
  rows: LedgerRow[]
  /** UIDs below the chosen start, held by the range row. */
  mailsBelow: number
  /** Rows by outcome, quarantine with its reasons. */
  outcomes: Map<string, number>
  /** One sentence each; none when ranges + rows = every UID, one outcome each, bytes equal. */
  breaches: string[]
}

/**
 * Compares the ledger, as the API tells it, with a folder as Dovecot shows it.
 *
 * @param shown every mail of INBOX, read without the product's own client
 */
export async function checkLedger(
  client: Pick<ApiClient, 'call'>,
  mailboxId: number,
  shown: readonly ServerMail[],
): Promise<LedgerCheck> {
  const ledger = await client.call(getLedger, { params: { id: mailboxId } })
  const all = await allPages(client, listLedgerRows, { mailboxId })
  const rows = all.filter(({ folder }) => folder === 'INBOX').sort((a, b) => a.uid - b.uid)
  const [inbox, ...rest] = ledger.folders
  const others = rest.filter(({ path }) => path !== 'Sent')
  const belowUid = inbox?.belowUid ?? 0
  const breaches = others.map(folder => `a folder nobody asked for is in the ledger: ${folder.path}`)
  const below = shown.filter(mail => mail.uid < belowUid)
  if (below.length !== inbox?.mailsBelow) {
    breaches.push(`the range row says ${inbox?.mailsBelow} mails, the server shows ${below.length}`)
  }
  breaches.push(...compareUids(rows, shown, belowUid), ...rows.flatMap(compareOutcome))
  return { rows, mailsBelow: inbox?.mailsBelow ?? 0, outcomes: countOutcomes(rows), breaches }
}

function compareUids(rows: readonly LedgerRow[], shown: readonly ServerMail[], belowUid: number): string[] {
  const byUid = Map.groupBy(rows, row => row.uid)
  const missed = shown
    .filter(mail => mail.uid >= belowUid)
    .flatMap(mail => compareMail(mail, byUid.get(mail.uid) ?? []))
  const uids = new Set(shown.map(mail => mail.uid))
  const invented = rows.filter(row => !uids.has(row.uid) || row.uid < belowUid)
  return [...missed, ...invented.map(row => `UID ${row.uid} has a row and is not due one`)]
}

function compareMail(mail: ServerMail, rows: readonly LedgerRow[]): string[] {
  const [row] = rows
  if (row === undefined) return [`UID ${mail.uid} has no row`]
  if (rows.length > 1) return [`UID ${mail.uid} has ${rows.length} rows`]
  // What was erased keeps its row and none of its bytes.
  const kept = row.outcome === 'erased' ? null : mail.sha256
  if (row.sha256 !== kept) return [`UID ${mail.uid} (${row.outcome}): our bytes are not the server's`]
  return []
}

/** A message, a duplicate, a quarantine entry with its reason, or one that was erased: nothing else may become of a mail. */
function compareOutcome({ uid, outcome, reason, messageId, ticketNumber }: LedgerRow): string[] {
  if (outcome === 'quarantined') return reason === null ? [`UID ${uid} is quarantined without a reason`] : []
  if (outcome === 'erased') return messageId === null ? [] : [`UID ${uid} was erased and has a message`]
  if (outcome !== 'filed' && outcome !== 'same') return [`UID ${uid} ended as ${outcome} (${reason})`]
  const isWhole = messageId !== null && ticketNumber !== null
  return isWhole ? [] : [`UID ${uid} is ${outcome} without a message in a ticket`]
}

function countOutcomes(rows: readonly LedgerRow[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { outcome, reason } of rows) {
    const name = reason === null ? outcome : `${outcome} (${reason})`
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return new Map([...counts].sort(([a], [b]) => a.localeCompare(b)))
}

/** Mails whose flags changed between two looks at a folder, `\Recent` apart, which belongs to the session. */
export function changedFlags(before: readonly ServerMail[], after: readonly ServerMail[]): string[] {
  const now = new Map(after.map(mail => [mail.uid, mail]))
  return before.flatMap(mail => {
    const found = now.get(mail.uid)
    if (!found) return [`UID ${mail.uid} is gone from the server`]
    const isSame = lasting(mail) === lasting(found) && mail.sha256 === found.sha256
    return isSame ? [] : [`UID ${mail.uid} was changed on the server: ${lasting(mail)} → ${lasting(found)}`]
  })
}

const lasting = ({ flags }: ServerMail): string =>
  flags
    .filter(flag => flag !== '\\Recent')
    .sort()
    .join(' ')
