import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import type { MailServer } from './mail-server.ts'
import { findMailboxRow, listMailboxRows, type MailboxRow } from './mailboxes.queries.ts'

/** A mailbox as admins see it: servers, settings and how it is doing, instants in ISO 8601. No password. */
export type MailboxView = Pick<
  MailboxRow,
  | 'id'
  | 'kind'
  | 'name'
  | 'address'
  | 'aliases'
  | 'colour'
  | 'state'
  | 'username'
  | 'signature'
  | 'acknowledges'
> & {
  problem: { code: string; detail: string | null; since: string } | null
  imap: MailServer | null
  smtp: MailServer | null
  sentCopy: MailboxRow['sent_copy']
  uncertainRule: MailboxRow['uncertain_rule']
  fetchedAt: string | null
  fetchMode: MailboxRow['fetch_mode']
  sentAt: string | null
}

/** The mailboxes somebody may use, by name. @param ids those of the caller, or all */
export async function listMailboxViews(db: Db, ids: 'all' | readonly number[]): Promise<MailboxView[]> {
  return (await listMailboxRows(db, ids)).map(toView)
}

/** Settings and state of one mailbox; never its password. @throws NotFound, also for a removed one */
export async function getMailboxView(db: Db, mailboxId: number): Promise<MailboxView> {
  const row = await findMailboxRow(db, mailboxId)
  if (row === undefined) throw new NotFound('mailbox', { mailboxId })
  return toView(row)
}

function toView(row: MailboxRow): MailboxView {
  const { id, kind, name, address, aliases, colour, state, username, signature, acknowledges } = row
  return {
    ...{ id, kind, name, address, aliases, colour, state, username, signature, acknowledges },
    problem: problemOf(row),
    imap: serverOf(row.imap_host, row.imap_port, row.imap_security),
    smtp: serverOf(row.smtp_host, row.smtp_port, row.smtp_security),
    sentCopy: row.sent_copy,
    uncertainRule: row.uncertain_rule,
    fetchedAt: row.fetched_at?.toISOString() ?? null,
    fetchMode: row.fetch_mode,
    sentAt: row.sent_at?.toISOString() ?? null,
  }
}

/** What keeps mail from coming or going is told before what only keeps our own machine silent. */
function problemOf(row: MailboxRow) {
  const { state_code: code, state_detail: detail, state_at: at, automatic_held_since: heldSince } = row
  if (code !== null && at !== null) return { code, detail, since: at.toISOString() }
  if (heldSince === null) return null
  return { code: 'automatic-mail-held', detail: null, since: heldSince.toISOString() }
}

function serverOf(
  host: string | null,
  port: number | null,
  security: 'tls' | 'starttls' | null,
): MailServer | null {
  return host === null || port === null || security === null ? null : { host, port, security }
}
