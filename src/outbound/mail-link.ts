import type { Tx } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { listSendingMailboxes } from './mail-agent.queries.ts'

/**
 * Queues the mail that carries a one-time link, in the transaction that made the link.
 *
 * @returns false, with nothing queued, where no real mailbox could carry it: the practice mailbox
 *   reaches nobody outside
 */
export async function mailLink(tx: Tx, link: { linkId: number }): Promise<boolean> {
  const mailboxIds = await listSendingMailboxes(tx, { withPractice: false })
  if (mailboxIds.length === 0) return false
  await enqueueJobs(tx, [{ name: 'mail_agent', payload: link }])
  return true
}
