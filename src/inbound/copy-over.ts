import type { Tx } from '../db/database.ts'
import type { ChangeRefused } from '../mailboxes/imap-changes.ts'
import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import type { MailFacts } from '../mailboxes/imap-facts.ts'
import { type FiledMail, updateCopied } from './after-filing.queries.ts'

const factsAtOnce = 500

/**
 * Copies mails to another folder where the server cannot move them. That a copy is begun is written down before, with where
 * the target ends: one whose answer was lost is found there again, by its size and its date, and is not made twice.
 * Afterwards the folder the mails lie in is open for changes again.
 */
export async function copyOver(
  context: {
    connection: ImapConnection
    /** Runs a transaction that proves the lease. */
    write: (work: (tx: Tx) => Promise<void>) => Promise<void>
    /** @throws LeaseLost */
    believe: () => void
  },
  {
    path,
    target,
    mails,
  }: {
    path: string
    target: { path: string; uidValidity: number; uidNext: number }
    mails: readonly FiledMail[]
  },
): Promise<ChangeRefused> {
  const { connection } = context
  const left = await withoutCopies(connection, { path, target, mails })
  if (left.length === 0) return undefined
  const ids = left.map(({ id }) => id)
  await context.write(tx => updateCopied(tx, ids, target))
  context.believe()
  return await connection.copyMails(
    left.map(({ uid }) => uid),
    target.path,
  )
}

/** The mails that the target has no copy of; all where none was begun in the target as it is numbered now. */
async function withoutCopies(
  connection: ImapConnection,
  {
    path,
    target,
    mails,
  }: { path: string; target: { path: string; uidValidity: number }; mails: readonly FiledMail[] },
): Promise<FiledMail[]> {
  const begun = mails.filter(mail => mail.copiedValidity === target.uidValidity)
  if (begun.length === 0) return [...mails]
  const facts = await connection.fetchFacts(begun.map(({ uid }) => uid))
  const wordOf = new Map(facts.map(one => [one.uid, toWord(one)]))
  await connection.openFolder(target.path)
  const fromUid = Math.min(...begun.map(mail => mail.copiedFromUid ?? 1))
  const copies = await countCopies(connection, fromUid)
  await connection.openForChanges(path)
  return mails.filter(mail => {
    const word = begun.includes(mail) ? wordOf.get(mail.uid) : undefined
    const count = word === undefined ? 0 : (copies.get(word) ?? 0)
    if (word !== undefined && count > 0) copies.set(word, count - 1)
    return count === 0
  })
}

async function countCopies(connection: ImapConnection, fromUid: number): Promise<Map<string, number>> {
  const uids = await connection.searchUids({ fromUid })
  const counts = new Map<string, number>()
  for (let at = 0; at < uids.length; at += factsAtOnce) {
    for (const one of await connection.fetchFacts(uids.slice(at, at + factsAtOnce)))
      counts.set(toWord(one), (counts.get(toWord(one)) ?? 0) + 1)
  }
  return counts
}

/** A copy keeps both (RFC 3501 §6.4.7). */
function toWord({ sizeBytes, receivedAt }: MailFacts): string {
  return `${sizeBytes} ${receivedAt.getTime()}`
}
