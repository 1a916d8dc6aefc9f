import { findLinkToken, linkPath } from '../agents/links.ts'
import type { Db } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { describeError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { Templates } from '../lib/templates.ts'
import { loadAccount, type PracticeServers } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { findLinkToMail, type LinkToMail, listSendingMailboxes } from './mail-agent.queries.ts'
import { sendToAgent } from './send-to-agent.ts'
import { writeAgentMail } from './write-agent-mail.ts'

/** What mailing agents uses. `baseUrl` is where they open the desk, without a slash at its end. */
export type MailAgentContext = {
  db: Db
  keys: KeyRing
  templates: Templates
  log: Log
  clock: Clock
  trust: Trust
  practice: () => PracticeServers | null
  baseUrl: string
}

/**
 * Mails an invitation or a password reset in the agent's language, through the first mailbox that takes
 * it. A link that was used, replaced or has expired is not mailed. Run twice it may arrive twice, with
 * the same link.
 *
 * @throws RemoteFault of the last mailbox tried, or `no-mailbox`: the job tries again
 */
export async function mailAgent(context: MailAgentContext, job: { linkId: number }): Promise<void> {
  const { db, log } = context
  const link = await findLinkToMail(db, job.linkId)
  if (link === undefined) return log.info(job, 'link no longer works, not mailed')
  const token = await findLinkToken(context, link)
  if (token === undefined) return log.warn(job, 'the key of the link is revoked, not mailed')
  let fault = new RemoteFault('no-mailbox', 'no mailbox to send from', { retry: true })
  const withPractice = context.practice() !== null
  for (const mailboxId of await listSendingMailboxes(db, { withPractice })) {
    try {
      await sendThrough(context, mailboxId, { ...link, token })
      return log.info({ ...job, mailboxId, purpose: link.purpose }, 'link mailed')
    } catch (error) {
      log.warn({ ...job, mailboxId, err: describeError(error) }, 'link not mailed through this mailbox')
      if (error instanceof RemoteFault) fault = error
    }
  }
  throw fault
}

async function sendThrough(
  context: MailAgentContext,
  mailboxId: number,
  link: LinkToMail & { token: string },
): Promise<void> {
  const { db, keys, templates, baseUrl } = context
  const account = await loadAccount({ db, keys, practice: context.practice() }, mailboxId)
  const { purpose, name, token } = link
  const url = `${baseUrl}${linkPath(purpose, token)}`
  await sendToAgent(context, account, writeAgentMail(templates, purpose, link, { name, link: url }))
}
