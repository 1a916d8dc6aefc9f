import { getListener } from '../agents/notification-settings.ts'
import { isQuietAt } from '../agents/quiet-hours.ts'
import { type Db, inTransaction } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import type { MailAgentContext } from './mail-agent.ts'
import {
  type AgentToTell,
  findAgentToTell,
  listUntold,
  markTold,
  markUntold,
  type UntoldFailure,
} from './mail-failures.queries.ts'
import { type Claim, sendOnce } from './send-once.ts'
import type { AgentMail } from './send-to-agent.ts'
import { listNumbers, writeAgentMail } from './write-agent-mail.ts'

const presentMs = 3 * 60_000 // a session is marked seen once a minute
const graceMs = 10 * 60_000

/**
 * Tells an agent by mail which of their replies did not arrive, in their language, all in one mail and at most
 * one in ten minutes, each once. Who is at the screen sees it there, and is mailed only what still waits ten minutes
 * later; who has quiet hours, what waits when they end.
 *
 * No word of a customer or of a server is in it: ticket numbers and the addresses that were written to.
 *
 * @throws RemoteFault of the last mailbox tried: the job tries again
 */
export async function mailFailures(context: MailAgentContext, job: { agentId: number }): Promise<void> {
  const { db, log, clock } = context
  const agent = await findAgentToTell(db, job.agentId)
  if (agent === undefined) return log.info(job, 'no agent to tell of a failed reply')
  const { settings, timeZone } = await getListener(db, job.agentId)
  const { channels, mutedMailboxIds, quietHours } = settings
  const failures = (await listUntold(db, job.agentId)).filter(one => !mutedMailboxIds.includes(one.mailboxId))
  if (failures.length === 0 || !channels.undelivered.mail) return log.info(job, 'no failed reply to tell of')
  if (mayWait(agent, failures) || isQuietAt(quietHours, timeZone, clock.now()))
    return await tellLater(context, job)
  const messageIds = failures.map(failure => failure.messageId)
  const mailboxIds = new Set(failures.map(failure => failure.mailboxId))
  const mail = mailOf(context, agent, failures)
  const { through, why } = await sendOnce(context, mail, claimOf(db, messageIds), id => mailboxIds.has(id))
  log.info({ ...job, mailboxId: through, why, messageIds }, 'agent told of failed replies')
}

/** Taken whole or not at all: with one of which the agent was told meanwhile the mail is another one. */
function claimOf(db: Db, messageIds: readonly number[]): Claim {
  const take = async () =>
    await inTransaction(db, async tx => {
      const marked = await markTold(tx, messageIds)
      if (marked.length < messageIds.length) await markUntold(tx, marked)
      return marked.length === messageIds.length
    })
  return { take, giveBack: () => markUntold(db, messageIds) }
}

function mayWait({ seenMsAgo, mailedMsAgo }: AgentToTell, failures: readonly UntoldFailure[]): boolean {
  const oldestMs = Math.max(...failures.map(failure => failure.ageMs))
  const isPresent = seenMsAgo !== null && seenMsAgo < presentMs
  return (isPresent && oldestMs < graceMs) || (mailedMsAgo !== null && mailedMsAgo < graceMs)
}

async function tellLater({ db, clock }: MailAgentContext, job: { agentId: number }): Promise<void> {
  const runAt = new Date(clock.now().getTime() + graceMs)
  const key = `mail_failures_${job.agentId}`
  await inTransaction(db, tx => enqueueJobs(tx, [{ name: 'mail_failures', payload: job, key, runAt }]))
}

function mailOf(
  { baseUrl, templates }: MailAgentContext,
  agent: AgentToTell,
  failures: readonly UntoldFailure[],
): AgentMail {
  return writeAgentMail(templates, 'failed-replies', agent, {
    name: agent.name,
    numbers: listNumbers(failures.map(failure => failure.ticketNumber)),
    lines: failures.map(({ ticketNumber: number, recipients }) =>
      `#${number} ${recipients.join(', ')}`.trim(),
    ),
    link: `${baseUrl}/queue/undelivered`,
  })
}
