import { inTransaction } from '../db/database.ts'
import { enqueueJobs } from '../jobs/enqueue.ts'
import { describeError, RemoteFault } from '../lib/app-error.ts'
import { loadAccount } from '../mailboxes/account.ts'
import { listSendingMailboxes } from './mail-agent.queries.ts'
import type { MailAgentContext } from './mail-agent.ts'
import {
  type AgentToTell,
  findAgentToTell,
  listUntold,
  markTold,
  type UntoldFailure,
} from './mail-failures.queries.ts'
import { type AgentMail, sendToAgent } from './send-to-agent.ts'

const presentMs = 3 * 60_000 // a session is marked seen once a minute
const graceMs = 10 * 60_000
const shownNumbers = 5

/**
 * Tells an agent by mail which of their replies did not arrive (F32), in their language, all in one mail and at most
 * one in ten minutes. Who is at the screen sees it there, and is mailed only what still waits ten minutes later.
 *
 * No word of a customer or of a server is in it: ticket numbers and the addresses that were written to.
 *
 * @throws RemoteFault of the last mailbox tried: the job tries again
 */
export async function mailFailures(context: MailAgentContext, job: { agentId: number }): Promise<void> {
  const { db, log } = context
  const agent = await findAgentToTell(db, job.agentId)
  const failures = await listUntold(db, job.agentId)
  if (agent === undefined || failures.length === 0) return log.info(job, 'no failed reply to tell of')
  if (mayWait(agent, failures)) return await tellLater(context, job)
  const messageIds = failures.map(failure => failure.messageId)
  const mailboxId = await sendThroughFirst(context, mailOf(context, agent, failures), failures)
  if (mailboxId === undefined) return log.info(job, 'no mailbox that could tell of a failed reply')
  await markTold(db, messageIds)
  log.info({ ...job, mailboxId, messageIds }, 'agent mailed of failed replies')
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

/**
 * Through a mailbox of the failed replies where one works, so that what comes back of it stays there.
 *
 * @returns undefined where there is no real mailbox: the practice one reaches nobody outside
 */
async function sendThroughFirst(
  context: MailAgentContext,
  mail: AgentMail,
  failures: readonly UntoldFailure[],
): Promise<number | undefined> {
  const { db, keys, log } = context
  let fault: unknown
  const own = new Set(failures.map(failure => failure.mailboxId))
  const mailboxIds = await listSendingMailboxes(db, { withPractice: false })
  for (const mailboxId of mailboxIds.toSorted((a, b) => Number(own.has(b)) - Number(own.has(a)))) {
    try {
      await sendToAgent(context, await loadAccount({ db, keys, practice: null }, mailboxId), mail)
      return mailboxId
    } catch (error) {
      log.warn({ mailboxId, err: describeError(error) }, 'failed replies not told through this mailbox')
      if (error instanceof RemoteFault) fault = error
      else fault ??= error
    }
  }
  if (fault !== undefined) throw fault
  return undefined
}

function mailOf(
  { baseUrl, templates }: MailAgentContext,
  { name, email, language }: AgentToTell,
  failures: readonly UntoldFailure[],
): AgentMail {
  const numbers = [...new Set(failures.map(failure => `#${failure.ticketNumber}`))]
  const rest = numbers.length > shownNumbers ? ' …' : ''
  const values = {
    name,
    numbers: numbers.slice(0, shownNumbers).join(', ') + rest,
    lines: failures.map(({ ticketNumber: number, recipients }) =>
      `#${number} ${recipients.join(', ')}`.trim(),
    ),
    link: `${baseUrl}/queue/undelivered`,
  }
  const render = (part: 'subject' | 'text' | 'html') =>
    templates.render('failed-replies', part, language, values)
  const words = { subject: render('subject'), text: render('text'), html: render('html') }
  return { to: { name, address: email }, language, ...words }
}
