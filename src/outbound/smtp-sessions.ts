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
  /** Closes a session that is of no more use. */
  drop: (session: SmtpSession) => void
  /** Of a mailbox: kept ones, those that send, and those being opened. */
  countOpen: (mailboxId: number) => number
  /** Closes the kept sessions of mailboxes for which no mail is on its way. */
  closeKept: (busyMailboxIds: ReadonlySet<number>) => void
}

/** Well below what providers allow in one session; a mail more on a fresh one costs nothing. */
const mailsPerSession = 50

/** Keeps sessions from one mail to the next: whoever finds no more mail due closes those that wait for none. */
export function createSmtpSessions(): SmtpSessions {
  const kept = new Map<string, SmtpSession[]>()
  const open = new Map<SmtpConnection, number>()
  const opening: number[] = []
  const close = (connection: SmtpConnection) => {
    open.delete(connection)
    connection.close()
  }
  return {
    open: async (account, trust) => {
      const key = keyOf(account)
      const sessions = kept.get(key) ?? []
      for (let one = sessions.pop(); one !== undefined; one = sessions.pop()) {
        if (one.connection.isOpen()) return { ...one, mails: one.mails + 1, isKept: true }
        open.delete(one.connection)
      }
      const { mailboxId } = account
      opening.push(mailboxId)
      const opened = openSmtp(account, trust).finally(() => opening.splice(opening.indexOf(mailboxId), 1))
      const connection = await opened
      open.set(connection, mailboxId)
      return { connection, mailboxId, account: key, mails: 1, isKept: false }
    },
    keep: session => {
      if (session.mails >= mailsPerSession) close(session.connection)
      else kept.set(session.account, [...(kept.get(session.account) ?? []), session])
    },
    drop: session => close(session.connection),
    countOpen: mailboxId =>
      [...open].filter(([connection, of]) => of === mailboxId && connection.isOpen()).length +
      opening.filter(of => of === mailboxId).length,
    closeKept: busyMailboxIds => {
      for (const [account, sessions] of kept) {
        if (sessions.some(({ mailboxId }) => busyMailboxIds.has(mailboxId))) continue
        for (const { connection } of sessions) close(connection)
        kept.delete(account)
      }
    },
  }
}

/** Another server, name, password or grant is another account. */
function keyOf({ mailboxId, username, password, tokens, smtp }: MailAccount): string {
  return JSON.stringify([mailboxId, username, password, tokens?.grant ?? null, smtp])
}
