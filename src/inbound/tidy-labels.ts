import type { ImapConnection } from '../mailboxes/imap-connection.ts'
import type { FiledMail } from './after-filing.queries.ts'
import { refuse } from './not-tidied.ts'

/**
 * Moves mails of a folder other than INBOX where folders are labels (Gmail): there a mail lies in several at once, and in
 * All Mail always. What has the label of the inbox gets that of the target in its place and keeps its others; All Mail as
 * the target asks for nothing more than that, as it does in Gmail. Each act may be done again.
 *
 * @returns those that are still to be moved out of their folder as on any server
 * @throws NotTidied, RemoteFault; LeaseLost by `believe`
 */
export async function moveByLabels(
  { connection, believe }: { connection: ImapConnection; believe: () => void },
  target: { path: string; isAll: boolean },
  mails: readonly FiledMail[],
): Promise<FiledMail[]> {
  const facts = await connection.fetchFacts(mails.map(({ uid }) => uid))
  const inInbox = new Set(facts.filter(({ labels }) => isInInbox(labels)).map(({ uid }) => uid))
  const isInAll = mails.some(({ role }) => role === 'all')
  const labelled = mails.filter(({ uid }) => isInAll || inInbox.has(uid)).map(({ uid }) => uid)
  believe()
  if (!target.isAll && labelled.length > 0) refuse(await connection.copyMails(labelled, target.path))
  believe()
  if (inInbox.size > 0) refuse(await connection.leaveInbox([...inInbox]))
  return target.isAll || isInAll ? [] : mails.filter(({ uid }) => !inInbox.has(uid))
}

function isInInbox(labels: ReadonlySet<string> | null): boolean {
  return labels !== null && [...labels].some(label => label.toLowerCase() === '\\inbox')
}
