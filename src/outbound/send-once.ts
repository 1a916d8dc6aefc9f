import { describeError, RemoteFault } from '../lib/app-error.ts'
import { loadAccount } from '../mailboxes/account.ts'
import { SmtpRefused } from '../mailboxes/smtp-reply.ts'
import { listSendingMailboxes } from './mail-agent.queries.ts'
import type { MailAgentContext } from './mail-agent.ts'
import { type AgentMail, sendToAgent } from './send-to-agent.ts'

/** Writing down that a mail is handed over, and taking that back. */
export type Claim = {
  /** Called before the server may have the mail. @returns false where somebody else hands it over or did */
  take: () => Promise<boolean>
  /** Called where the server said that it does not have it. */
  giveBack: () => Promise<void>
}

/** `through`: the mailbox whose server took it; null where no real mailbox may send, or another node sent it. */
export type SentOnce = { through: number | null; why: 'sent' | 'uncertain' | 'no-mailbox' | 'elsewhere' }

/**
 * Mails an agent at most once, whatever happens: it is claimed when all of it but its end is at the server, and given
 * back only on the server's own word. Where that word is lost the mail counts as sent. The first mailbox that takes it
 * carries it, the preferred ones first; the practice one does not, as it reaches nobody outside.
 *
 * @throws RemoteFault of the last mailbox that was tried, with nothing claimed: the job tries again
 */
export async function sendOnce(
  context: MailAgentContext,
  mail: AgentMail,
  claim: Claim,
  isPreferred: (mailboxId: number) => boolean,
): Promise<SentOnce> {
  let fault: unknown
  const mailboxIds = await listSendingMailboxes(context.db, { withPractice: false })
  const byPreference = mailboxIds.toSorted((a, b) => Number(isPreferred(b)) - Number(isPreferred(a)))
  for (const mailboxId of byPreference) {
    const tried = await tryThrough(context, mailboxId, mail, claim)
    if ('why' in tried) return tried
    context.log.warn({ mailboxId, err: describeError(tried.fault) }, 'agent not mailed through this mailbox')
    if (tried.fault instanceof RemoteFault) fault = tried.fault
    else fault ??= tried.fault
  }
  if (fault !== undefined) throw fault
  return { through: null, why: 'no-mailbox' }
}

async function tryThrough(
  context: MailAgentContext,
  mailboxId: number,
  mail: AgentMail,
  claim: Claim,
): Promise<SentOnce | { fault: unknown }> {
  const { db, keys, log } = context
  let taken: boolean | undefined
  const take = async () => {
    taken = await claim.take()
    if (!taken) throw new SentElsewhere('another node hands it over')
  }
  try {
    const account = await loadAccount({ db, keys, practice: null }, mailboxId)
    await sendToAgent(context, account, mail, { beforeFinalDot: take })
    return { through: mailboxId, why: 'sent' }
  } catch (fault) {
    if (taken === false) return { through: null, why: 'elsewhere' }
    if (taken === undefined) return { fault }
    if (!(fault instanceof SmtpRefused)) {
      log.warn({ mailboxId, err: describeError(fault) }, 'agent mailed, the answer was lost')
      return { through: mailboxId, why: 'uncertain' }
    }
    await claim.giveBack()
    return { fault }
  }
}

/** Keeps the final dot from being sent. */
class SentElsewhere extends Error {}
