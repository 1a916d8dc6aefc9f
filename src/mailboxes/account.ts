import type { Db, Tx } from '../db/database.ts'
import type { KeyRing } from '../db/key-ring.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { MailboxKind } from '../shared/mailbox-words.ts'
import { type AccessTokens, grantedTokens } from './access-tokens.ts'
import { deleteGrant } from './grants.queries.ts'
import type { MailServer } from './mail-server.ts'
import { type AccountRow, findAccount, updatePassword } from './mailboxes.queries.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'

/**
 * Where one server of a mailbox is. `practice` is the pair inside this process: a loopback port and the
 * word made for this run, never something typed into a form.
 */
export type Endpoint = ({ kind: 'host' } & MailServer) | { kind: 'practice'; port: number; password: string }

/** All that is needed to sign in to the two servers of a mailbox. Never logged, never sent to a browser. */
export type MailAccount = {
  mailboxId: number
  address: string
  kind: MailboxKind
  name: string
  username: string
  /** Empty where tokens sign in, and where the SMTP server of an intake mailbox wants nobody to. */
  password: string
  /** What signs in in place of a password (OAuth). */
  tokens?: AccessTokens
  /** Null where the operator's mail server hands the mail in. */
  imap: Endpoint | null
  smtp: Endpoint
}

/** An account whose mail lies on a server. */
export type ImapAccount = MailAccount & { imap: Endpoint }

/** The practice servers of this process, once they listen. */
export type PracticeServers = { imapPort: number; smtpPort: number; password: string }

/**
 * Reads and opens the account of a mailbox that is not removed.
 *
 * @param given.password in place of what is stored, which is not opened then: it may be that no key opens it any more
 * @throws NotFound
 * @throws AppError `cannot-open-secret`, or `no-practice-server` for a practice mailbox on a node without one
 */
export async function loadAccount(
  context: { db: Db; keys: KeyRing; practice: PracticeServers | null },
  mailboxId: number,
  given: { password?: string } = {},
): Promise<MailAccount> {
  const row = await findAccount(context.db, mailboxId)
  if (row === undefined) throw new NotFound('mailbox', { mailboxId })
  const shared = { mailboxId, address: row.address, kind: row.kind, name: row.name }
  if (row.kind === 'practice') {
    const { practice } = context
    if (practice === null) {
      throw new AppError('no-practice-server', 'the practice servers do not run on this node', { mailboxId })
    }
    const { password } = practice
    return {
      ...shared,
      username: row.address,
      password,
      imap: { kind: 'practice', port: practice.imapPort, password },
      smtp: { kind: 'practice', port: practice.smtpPort, password },
    }
  }
  const isHandedIn = row.kind === 'intake'
  return {
    ...shared,
    username: row.username ?? row.address,
    ...(given.password === undefined ? await credentialsOf(context, row) : { password: given.password }),
    imap: isHandedIn
      ? null
      : endpointOf(row, row.imap_host, row.imap_port, row.imap_security, row.imap_certificate),
    smtp: endpointOf(row, row.smtp_host, row.smtp_port, row.smtp_security, row.smtp_certificate),
  }
}

/**
 * The account of `loadAccount`, of a mailbox whose mail lies on a server.
 *
 * @throws NotFound, also where the mail is handed in; AppError as `loadAccount`
 */
export async function loadImapAccount(
  context: { db: Db; keys: KeyRing; practice: PracticeServers | null },
  mailboxId: number,
): Promise<ImapAccount> {
  const { imap, ...account } = await loadAccount(context, mailboxId)
  if (imap === null) throw new NotFound('mail server', { mailboxId })
  return { ...account, imap }
}

/**
 * Seals a password under the active key and stores it, in place of what was granted; it opens in this row of this
 * column only.
 */
export async function storePassword(
  tx: Tx,
  keys: KeyRing,
  mailboxId: number,
  password: string,
): Promise<void> {
  await deleteGrant(tx, mailboxId)
  await updatePassword(tx, mailboxId, sealSecret(keys, passwordContext(mailboxId), password))
}

async function credentialsOf(
  { db, keys }: { db: Db; keys: KeyRing },
  row: AccountRow,
): Promise<Pick<MailAccount, 'password' | 'tokens'>> {
  const isOpenServer = row.kind === 'intake' && row.password_sealed === null
  if (row.granted_at === null) return { password: isOpenServer ? '' : await openPassword(keys, row) }
  return {
    password: '',
    tokens: grantedTokens({ db, keys }, { mailboxId: row.id, grantedAt: row.granted_at }),
  }
}

async function openPassword(keys: KeyRing, row: AccountRow): Promise<string> {
  const stored = { sealed: row.password_sealed, keyId: row.password_key_id }
  return await openSecret(keys, passwordContext(row.id), stored)
}

/** What the password of a mailbox is sealed for. */
export function passwordContext(mailboxId: number): string {
  return `mailbox|${mailboxId}|password_sealed`
}

function endpointOf(
  row: AccountRow,
  host: string | null,
  port: number | null,
  security: 'tls' | 'starttls' | null,
  certificate: string | null,
): Endpoint {
  if (host !== null && port !== null && security !== null) {
    return { kind: 'host', host, port, security, ...(certificate !== null && { certificate }) }
  }
  throw new AppError('no-mail-server', 'the mailbox names no server', { mailboxId: row.id })
}
