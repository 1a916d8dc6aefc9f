import { X509Certificate } from 'node:crypto'
import type { Db } from '../db/database.ts'
import { instanceSilenceMs } from '../db/instances.ts'
import { listGrantEnds, listMailboxFacts, listSecretEnds, type MailboxFactsRow } from './health.queries.ts'
import { type FoundTrouble, judgeMailbox } from './judge-mailbox.ts'

/** How a mailbox is doing, with what is wrong, the worst first. */
export type MailboxHealth = MailboxFactsRow & { troubles: FoundTrouble[] }

/** Something that stops working on a day that is known. */
export type Expiry = {
  kind: 'app-secret' | 'mailbox-grant' | 'imap-certificate' | 'smtp-certificate'
  /** Of the app, or of the mailbox whose permission or pinned certificate it is. */
  name: string
  id: number
  endsAt: Date
}

/** Every mailbox with its facts and troubles, by name. */
export async function listMailboxHealth(db: Db): Promise<MailboxHealth[]> {
  const rows = await listMailboxFacts(db, { silentForMs: instanceSilenceMs })
  return rows.map(row => ({ ...row, troubles: judgeMailbox(row, row.now) }))
}

/**
 * What ends on a known day, the next first: secrets of sign-in apps whose day somebody entered, permissions whose provider
 * tells an end that stands, and certificates that were trusted one by one. Access tokens are renewed all the time.
 */
export async function listExpiries(db: Db, mailboxes: readonly MailboxFactsRow[]): Promise<Expiry[]> {
  const secrets = (await listSecretEnds(db)).map(({ appId, name, endsOn }) => ({
    kind: 'app-secret' as const,
    name,
    id: appId,
    endsAt: new Date(`${endsOn}T00:00:00Z`),
  }))
  const grants = (await listGrantEnds(db)).map(({ mailboxId, name, endsAt }) => ({
    kind: 'mailbox-grant' as const,
    name,
    id: mailboxId,
    endsAt,
  }))
  const certificates = mailboxes.flatMap(({ id, name, imapCertificate, smtpCertificate }) => [
    ...certificateEnd('imap-certificate', { id, name }, imapCertificate),
    ...certificateEnd('smtp-certificate', { id, name }, smtpCertificate),
  ])
  return [...secrets, ...grants, ...certificates].sort((a, b) => a.endsAt.getTime() - b.endsAt.getTime())
}

function certificateEnd(
  kind: 'imap-certificate' | 'smtp-certificate',
  of: { id: number; name: string },
  pem: string | null,
): Expiry[] {
  return pem === null ? [] : [{ kind, ...of, endsAt: new Date(new X509Certificate(pem).validTo) }]
}
