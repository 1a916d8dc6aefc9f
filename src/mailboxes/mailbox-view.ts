import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import { signingDomain } from '../mail/dkim-record.ts'
import { type AliasDetails, aliasDetailsOf } from './alias-details.ts'
import { listWrongRecords } from './dkim-keys.queries.ts'
import { providerOfHost } from './mail-providers.ts'
import type { MailServer } from './mail-server.ts'
import {
  findMailboxRow,
  listMailboxRows,
  type MailboxRow,
  selectVerdictServers,
} from './mailboxes.queries.ts'
import type { OpeningHours } from './opening-hours.ts'
import { type ProviderView, providerView } from './provider-view.ts'

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
  keepsMessageId: boolean | null
  keepsDate: boolean | null
  smtp: MailServer | null
  aliasDetails: AliasDetails[]
  openingHours: OpeningHours | null
  defaultTeamId: number | null
  sentCopy: MailboxRow['sent_copy']
  uncertainRule: MailboxRow['uncertain_rule']
  authservId: string | null
  trustedSealers: string[]
  afterFiling: { marksRead: boolean; movesTo: string | null }
  fetchedAt: string | null
  fetchMode: MailboxRow['fetch_mode']
  sentAt: string | null
  signInApp: MailboxRow['sign_in_app']
}

/** The mailboxes somebody may use, by name. @param ids those of the caller, or all */
export async function listMailboxViews(db: Db, ids: 'all' | readonly number[]): Promise<MailboxView[]> {
  const wrong = await listWrongRecords(db)
  return (await listMailboxRows(db, ids)).map(row => toView(row, wrong))
}

/** Settings and state of one mailbox; never its password. @throws NotFound, also for a removed one */
export async function getMailboxView(
  db: Db,
  mailboxId: number,
): Promise<MailboxView & { seenAuthservId: string | null; provider: ProviderView | null }> {
  const row = await findMailboxRow(db, mailboxId)
  if (row === undefined) throw new NotFound('mailbox', { mailboxId })
  const seenAuthservId = row.authserv_id === null ? await findVerdictServer(db, row) : null
  const provider = providerView(providerOfHost(row.imap_host ?? '') ?? null)
  return { ...toView(row, await listWrongRecords(db)), seenAuthservId, provider }
}

const MIN_SEEN = 3

/**
 * The server that seems to check this mailbox's mail: the one whose verdict stood on top of every one of
 * the newest mails that had any. A suggestion for an admin, as senders write such fields too.
 */
async function findVerdictServer(db: Db, row: MailboxRow): Promise<string | null> {
  if (row.imap_host === 'outlook.office365.com') return 'protection.outlook.com' // it names no server in its fields
  const servers = await selectVerdictServers(db, row.id)
  const [first] = servers
  const isOne = servers.length >= MIN_SEEN && servers.every(server => server === first)
  return isOne && first !== undefined && /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(first) ? first : null
}

function toView(row: MailboxRow, wrongRecords: ReadonlyMap<string, Date>): MailboxView {
  const { id, kind, name, address, aliases, colour, state, username, signature, acknowledges } = row
  return {
    id,
    kind,
    name,
    address,
    aliases,
    colour,
    state,
    username,
    signature,
    acknowledges,
    problem: problemOf(row, wrongRecords),
    imap: serverOf(row.imap_host, row.imap_port, row.imap_security, row.imap_certificate),
    smtp: serverOf(row.smtp_host, row.smtp_port, row.smtp_security, row.smtp_certificate),
    keepsMessageId: row.keeps_message_id,
    keepsDate: row.keeps_date,
    aliasDetails: aliasDetailsOf(row),
    openingHours: row.opening_hours as OpeningHours | null, // connect-mailbox.ts wrote it
    defaultTeamId: row.default_team_id,
    sentCopy: row.sent_copy,
    uncertainRule: row.uncertain_rule,
    authservId: row.authserv_id,
    trustedSealers: row.trusted_sealers,
    afterFiling: { marksRead: row.after_marks_read, movesTo: row.after_moves_to },
    fetchedAt: row.fetched_at?.toISOString() ?? null,
    fetchMode: row.fetch_mode,
    sentAt: row.sent_at?.toISOString() ?? null,
    signInApp: row.sign_in_app,
  }
}

/** What keeps mail from coming or going is told before what only keeps our own machine silent. */
function problemOf(row: MailboxRow, wrongRecords: ReadonlyMap<string, Date>) {
  const { state_code: code, state_detail: detail, state_at: at } = row
  if (code !== null && at !== null) return { code, detail, since: at.toISOString() }
  return (
    ownProblem('folder-gone', row.folder_gone_since, row.folder_gone_detail) ??
    ownProblem(row.after_fault_code ?? '', row.after_fault_at, row.after_fault_detail) ??
    ownProblem('dkim-record-wrong', wrongSince(row, wrongRecords)) ??
    ownProblem('automatic-mail-held', row.automatic_held_since) ??
    ownProblem('template-broken', row.template_broken_at)
  )
}

/** Since when receivers cannot check the signature of one of its addresses. */
function wrongSince(row: MailboxRow, wrongRecords: ReadonlyMap<string, Date>): Date | null {
  if (!row.signs_dkim || wrongRecords.size === 0) return null
  const found = [row.address, ...row.aliases].map(address => wrongRecords.get(signingDomain(address) ?? ''))
  return found.find(at => at !== undefined) ?? null
}

function ownProblem(code: string, since: Date | null, detail: string | null = null) {
  return since === null ? null : { code, detail, since: since.toISOString() }
}

function serverOf(
  host: string | null,
  port: number | null,
  security: 'tls' | 'starttls' | null,
  certificate: string | null,
): MailServer | null {
  if (host === null || port === null || security === null) return null
  return { host, port, security, ...(certificate !== null && { certificate }) }
}
