import type { MailAccount } from '../mailboxes/account.ts'
import type { Trust } from '../mailboxes/host-guard.ts'
import { openSmtp, type SmtpConnection } from '../mailboxes/smtp-connection.ts'

/** A signed-in connection, with how many mails it has taken. `isKept`: it was open before this mail. */
export type SmtpSession = {
  connection: SmtpConnection
  mailboxId: number
  account: string
  mails: number
  isKept: boolean
}

/** The sessions of this node that have just sent a mail and may take the next one of their mailbox. */
export type SmtpSessions = {
  /** A kept session of this very account, or a new one; throws as `openSmtp` does. */
  open: (account: MailAccount, trust: Trust) => Promise<SmtpSession>
  /** For the next mail of the account, or closed where the session has sent enough. */
  keep: (session: SmtpSession) => void
  /** Those of mailboxes for which no mail is on its way. */
  closeKept: (busyMailboxIds: ReadonlySet<number>) => void
}

/** Well below what providers allow in one session; a mail more on a fresh one costs nothing. */
const mailsPerSession = 50

/** Keeps sessions from one mail to the next: whoever finds no more mail due closes those that wait for none. */
export function createSmtpSessions(): SmtpSessions {
  const kept = new Map<string, SmtpSession[]>()
  return {
    open: async (account, trust) => {
      const key = keyOf(account)
      const sessions = kept.get(key) ?? []
      for (let one = sessions.pop(); one !== undefined; one = sessions.pop()) {
        if (one.connection.isOpen()) return { ...one, mails: one.mails + 1, isKept: true }
      }
      const { mailboxId } = account
      return { connection: await openSmtp(account, trust), mailboxId, account: key, mails: 1, isKept: false }
    },
    keep: session => {
      if (session.mails >= mailsPerSession) session.connection.close()
      else kept.set(session.account, [...(kept.get(session.account) ?? []), session])
    },
    closeKept: busyMailboxIds => {
      for (const [account, sessions] of kept) {
        if (sessions.some(({ mailboxId }) => busyMailboxIds.has(mailboxId))) continue
        for (const { connection } of sessions) connection.close()
        kept.delete(account)
      }
    },
  }
}

/** Another server, name or password is another account. */
function keyOf({ mailboxId, username, password, smtp }: MailAccount): string {
  return JSON.stringify([mailboxId, username, password, smtp])
}
