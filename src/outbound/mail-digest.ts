import { settingsOf } from '../agents/notification-settings.ts'
import { isQuietAt } from '../agents/quiet-hours.ts'
import { inTransaction } from '../db/database.ts'
import { enqueueJobs, listWaitingKeys } from '../jobs/enqueue.ts'
import {
  type DigestWish,
  listDueAgents,
  listUnseen,
  MAILED_EVENTS,
  type MailedRow,
} from '../tickets/unseen-news.ts'
import { writeDigest } from './digest-words.ts'
import {
  type BeforeClaim,
  claimDigest,
  type DigestReader,
  listDigestReaders,
  releaseDigest,
} from './digests.queries.ts'
import { listSendingMailboxes } from './mail-agent.queries.ts'
import type { MailAgentContext } from './mail-agent.ts'
import { sendOnce } from './send-once.ts'

/**
 * Queues a digest for each agent who has not seen something for a quarter of an hour, where they want mail of it and it
 * is not their quiet hours. Nothing while no mailbox can send: it waits. Who has one that is being tried keeps it.
 */
export async function findDigests(context: MailAgentContext): Promise<void> {
  const { db } = context
  if ((await listSendingMailboxes(db, { withPractice: false })).length === 0) return
  const wishes = wishesOf(context, await listDigestReaders(db, null))
  const due = await listDueAgents(db, wishes)
  if (due.length === 0) return
  const waiting = new Set(await listWaitingKeys(db, 'mail_digest'))
  const jobs = due
    .map(agentId => ({ name: 'mail_digest' as const, payload: { agentId }, key: `mail_digest_${agentId}` }))
    .filter(({ key }) => !waiting.has(key))
  await inTransaction(db, tx => enqueueJobs(tx, jobs))
}

/**
 * Mails an agent everything they have not seen, in their language, all in one mail and each of it once: what came
 * meanwhile with it. Nothing where they have seen it since it was queued.
 *
 * @throws RemoteFault of the last mailbox tried: the job tries again, with what is unseen then
 */
export async function mailDigest(context: MailAgentContext, job: { agentId: number }): Promise<void> {
  const { db, log } = context
  const [reader] = await listDigestReaders(db, job.agentId)
  const [wish] = reader === undefined ? [] : wishesOf(context, [reader])
  if (reader === undefined || wish === undefined) return log.info(job, 'no digest wanted now')
  const rows = await listUnseen(db, wish)
  if (rows.length === 0) return log.info(job, 'nothing unseen to mail')
  const mail = writeDigest(context, reader, rows)
  const mailboxIds = new Set(rows.map(row => row.mailboxId))
  const { through, why } = await sendOnce(context, mail, claimOf(context, reader, rows), id =>
    mailboxIds.has(id),
  )
  log.info({ ...job, mailboxId: through, why, count: rows.length }, 'digest handed over')
}

/** What agents are mailed of, where that is something, and not in their quiet hours. */
function wishesOf({ clock }: MailAgentContext, readers: readonly DigestReader[]): DigestWish[] {
  return readers.flatMap(({ agentId, timeZone, choices, mailboxIds, since, mailedKeys }) => {
    const { channels, mutedMailboxIds, quietHours } = settingsOf(choices)
    const events = MAILED_EVENTS.filter(event => channels[event].mail)
    const heard = mailboxIds.filter(id => !mutedMailboxIds.includes(id))
    if (events.length === 0 || heard.length === 0 || isQuietAt(quietHours, timeZone, clock.now())) return []
    return [{ agentId, events, mailboxIds: heard, since, mailedKeys }]
  })
}

function claimOf(
  { db }: MailAgentContext,
  { agentId, mailNumber, asOf }: DigestReader,
  rows: readonly MailedRow[],
) {
  const claim = { agentId, mailNumber, asOf, keys: rows.map(row => row.key) }
  let before: BeforeClaim | undefined
  const take = async () => {
    before = await claimDigest(db, claim)
    return before !== undefined
  }
  const giveBack = async () => {
    if (before !== undefined) await releaseDigest(db, claim, before)
  }
  return { take, giveBack }
}
