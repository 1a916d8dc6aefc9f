import { type CheckNeeds, type MailboxCheck, plainPassword } from './check-mailbox.ts'
import { checkReach } from './check-reach.ts'
import { startCheckList } from './check-steps.ts'
import type { MailServer } from './mail-server.ts'
import { refuseBadCertificate } from './refuse-bad-certificate.ts'
import { openSmtp } from './smtp-connection.ts'

/** How a mailbox whose mail is handed in sends: without a password its server lets us send as we are. */
export type OutgoingConnection = {
  address: string
  smtp: MailServer
  username?: string | undefined
  password?: string | undefined
}

/**
 * The lines of the check list that are about SMTP: the server is reached, proves who it is, and takes the password where
 * there is one. Stores and sends nothing.
 *
 * @returns rejects for no server's doing: `ok` and the code of the failed step say it
 * @throws AppError `bad-certificate`
 */
export async function checkOutgoing(needs: CheckNeeds, given: OutgoingConnection): Promise<MailboxCheck> {
  refuseBadCertificate(given.smtp)
  const list = startCheckList(needs.clock, {}, (_step, code) => code)
  const reached = await checkReach({ needs, list, given }, 'smtp', [given.smtp])
  const { username = given.address, password = '' } = given
  if (reached !== undefined) {
    const account = {
      username,
      password: plainPassword(password),
      smtp: { kind: 'host', ...reached } as const,
    }
    await list.run('smtp-sign-in', async () => (await openSmtp(account, needs.trust)).close())
  }
  return {
    ok: list.steps.every(step => step.ok),
    steps: list.steps,
    provider: null,
    imap: null,
    smtp: reached ?? given.smtp,
    username: password === '' ? null : username,
    inbox: null,
    offered: null,
    sentCopy: 'append',
  }
}
