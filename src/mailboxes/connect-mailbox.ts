import { inTransaction } from '../db/database.ts'
import { isCheckViolation, isForeignKeyViolation, isUniqueViolation } from '../db/faults.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { checkSignature } from '../lib/signature.ts'
import { makeAddress } from '../mail/address.ts'
import { loadAccount, storePassword } from './account.ts'
import { type AliasDetails, hasOwnWords } from './alias-details.ts'
import {
  type CheckOptions,
  checkMailbox,
  type MailboxCheck,
  type MailboxConnection,
  plainPassword,
} from './check-mailbox.ts'
import { checkOutgoing } from './check-outgoing.ts'
import { firstFolders } from './first-folders.ts'
import { writeFolderChoice } from './folder-choice.queries.ts'
import { findGrant } from './grants.queries.ts'
import type { MailServer } from './mail-server.ts'
import type { MailboxNeeds } from './mailbox-needs.ts'
import {
  findMailboxRow,
  insertMailbox,
  insertStart,
  type MailboxChanges,
  updateMailboxRow,
} from './mailboxes.queries.ts'
import { checkedHours, type OpeningHours } from './opening-hours.ts'
import type { RoundTripNeeds } from './round-trip.ts'
import { refuseForeignServers } from './token-servers.ts'

/** Which mail that is there already comes in: none or that of the last days, and what lies before it as closed history. */
export type StartWish = { historyDays?: number } & ({ rule: 'now' } | { rule: 'days'; days: number })

export type NewMailboxConnection = MailboxConnection & {
  name: string
  start: StartWish
  /** The folders to watch, by path; without them INBOX and Sent. */
  folders?: readonly string[]
  /** What a check with a test mail found out just now. */
  learned?: { keepsMessageId?: boolean; keepsDate?: boolean; filesSent?: boolean }
}

/** What may change. Servers, user name and password are checked together before any is stored. */
export type MailboxUpdate = Omit<
  MailboxChanges,
  `imap_${string}` | `smtp_${string}` | 'alias_details' | 'opening_hours'
> & {
  /** All aliases, with what each has of its own; in place of `aliases`. */
  aliasDetails?: AliasDetails[]
  openingHours?: OpeningHours | null
  password?: string
  imap?: MailServer
  smtp?: MailServer
}

/** The check that has to pass did not. `details` is its list. */
export class MailboxCheckFailed extends AppError {
  constructor({ inbox: _, sentCopy: __, offered: ___, ...result }: MailboxCheck) {
    const failed = result.steps.find(step => !step.ok)
    super('mailbox-check-failed', `the mailbox does not pass ${failed?.step}: ${failed?.code}`, { ...result })
  }
}

/**
 * Checks and connects a mailbox. With `now`, what INBOX holds at this moment is old mail for good: its
 * UIDs become the range row in the same transaction. Watching begins within a second.
 *
 * @returns the id
 * @throws MailboxCheckFailed; AppError `mailbox-exists`, `bad-address`, `no-folder`, `unknown-folder`
 */
export async function connectMailbox(needs: MailboxNeeds, given: NewMailboxConnection): Promise<number> {
  const address = normalAddress(given.address)
  const check = await checkMailbox(
    needs,
    { ...given, address },
    { listsFolders: given.folders !== undefined },
  )
  const { imap, smtp, username, inbox, offered } = check
  if (!check.ok || imap === null || smtp === null || username === null || inbox === null) {
    throw new MailboxCheckFailed(check)
  }
  const folders = given.folders && firstFolders(offered ?? [], given.folders)
  const start = startColumns(given.start)
  const { filesSent, ...keeps } = given.learned ?? {}
  const sentCopy = filesSent === true ? 'by_server' : check.sentCopy
  const row = { name: given.name, address, username, imap, smtp, ...start, sentCopy, ...keeps }
  const mailboxId = await refuseTwin(address, () =>
    inTransaction(needs.db, async tx => {
      const id = await insertMailbox(tx, row)
      await storePassword(tx, needs.keys, id, plainPassword(given.password))
      if (beginsNow(start) && inbox.uidNext > 0) await insertStart(tx, id, { path: 'INBOX', ...inbox })
      if (folders !== undefined) await writeFolderChoice(tx, id, folders)
      return id
    }),
  )
  needs.bells.ring('mailboxes')
  return mailboxId
}

/**
 * Changes a mailbox. A watcher that runs on former servers or a former password is restarted.
 *
 * @throws NotFound, MailboxCheckFailed; AppError `foreign-server`, `no-imap-server`, `bad-address` for an alias that is
 *   none, `bad-template` for a signature, `bad-hours`, `team-not-in-mailbox` for a default team
 */
export async function updateMailbox(
  needs: MailboxNeeds,
  mailboxId: number,
  update: MailboxUpdate,
): Promise<void> {
  const { password, imap, smtp, aliasDetails, openingHours, ...plain } = update
  const changes: MailboxChanges = { ...plain, ...wordsOf(update) }
  if (password ?? imap ?? smtp ?? plain.username) {
    const check = await checkConnected(needs, mailboxId, update)
    if (!check.ok) throw new MailboxCheckFailed(check)
    Object.assign(changes, serverColumns(check))
  }
  try {
    await inTransaction(needs.db, async tx => {
      await updateMailboxRow(tx, mailboxId, changes)
      if (password !== undefined) await storePassword(tx, needs.keys, mailboxId, plainPassword(password))
    })
  } catch (cause) {
    if (isCheckViolation(cause, 'mailbox_intake_check')) throw noImapServer(cause)
    if (isForeignKeyViolation(cause, 'mailbox_default_team')) throw foreignTeam(mailboxId, update, cause)
    throw cause
  }
  needs.bells.ring('mailboxes')
}

function foreignTeam(mailboxId: number, update: MailboxUpdate, cause: unknown): AppError {
  const details = { mailboxId, teamId: update.default_team_id }
  return new AppError('team-not-in-mailbox', 'the team does not work in this mailbox', details, { cause })
}

/** What a mailbox says of itself, checked. */
function wordsOf({ aliases, aliasDetails, signature, openingHours }: MailboxUpdate): MailboxChanges {
  if (signature !== undefined) checkSignature('mailbox', signature)
  const details = aliasDetails?.map(alias => ({ ...alias, address: normalAddress(alias.address) }))
  for (const alias of details ?? []) checkSignature('mailbox', alias.signature)
  const addresses = details?.map(alias => alias.address) ?? aliases?.map(normalAddress)
  return {
    ...(addresses === undefined ? {} : { aliases: [...new Set(addresses)] }),
    ...(details === undefined ? {} : { alias_details: JSON.stringify(details.filter(hasOwnWords)) }),
    ...(openingHours === undefined
      ? {}
      : { opening_hours: openingHours && JSON.stringify(checkedHours(openingHours)) }),
  }
}

/**
 * Runs the check list on a connected mailbox, with what is stored of it or with what is about to be.
 *
 * @throws NotFound, also for a practice mailbox, which has no server to check; AppError `foreign-server`,
 *   `cannot-open-secret` where the stored password is needed
 */
export async function checkConnected(
  needs: Omit<MailboxNeeds, 'bells'>,
  mailboxId: number,
  update: Pick<MailboxUpdate, 'username' | 'password' | 'imap' | 'smtp'> = {},
  options: CheckOptions = {},
): Promise<MailboxCheck> {
  const { password } = update
  const given = password === undefined ? {} : { password }
  const account = await loadAccount({ ...needs, practice: null }, mailboxId, given)
  const { imap, smtp } = account
  if (imap === null && smtp.kind === 'host') return await checkHandedIn(needs, { ...account, smtp }, update)
  if (imap?.kind !== 'host' || smtp.kind !== 'host') throw new NotFound('mail server', { mailboxId })
  const grant = password === undefined ? await findGrant(needs.db, mailboxId) : undefined
  if (grant !== undefined) {
    const { kind, issuer } = grant
    const known = { imap, smtp }
    await refuseForeignServers(needs, { address: account.address, kind, issuer, known }, update)
  }
  const connection = {
    address: account.address,
    username: update.username ?? account.username,
    password: account.password,
    ...(account.tokens === undefined ? {} : { tokens: account.tokens }),
    imap: update.imap ?? serverOf(imap),
    smtp: update.smtp ?? serverOf(smtp),
  }
  return await checkMailbox(needs, connection, options)
}

/**
 * Checks a connected mailbox with a test mail: whether the mailbox may send as its address, and whether what it sends
 * arrives. What it tells of the servers is kept.
 *
 * @throws NotFound, also for a mailbox without an IMAP server; the reason of `options.signal`
 */
export async function tryConnected(
  needs: Omit<MailboxNeeds, 'bells'>,
  mailboxId: number,
  options: CheckOptions & { roundTrip: RoundTripNeeds },
): Promise<MailboxCheck> {
  const row = await findMailboxRow(needs.db, mailboxId)
  if (row?.kind !== 'imap') throw new NotFound('mailbox', { mailboxId })
  const check = await checkConnected(needs, mailboxId, {}, options)
  const { keepsMessageId, keepsDate, filesSent } =
    check.steps.find(({ step }) => step === 'round-trip')?.facts ?? {}
  if (keepsMessageId === undefined || keepsDate === undefined) return check
  const changes: MailboxChanges = {
    keeps_message_id: keepsMessageId,
    keeps_date: keepsDate,
    ...(filesSent === true && { sent_copy: 'by_server' }),
  }
  await inTransaction(needs.db, tx => updateMailboxRow(tx, mailboxId, changes))
  return check
}

/** Of a mailbox without an IMAP server there is only its way out to check. @throws AppError `no-imap-server` */
async function checkHandedIn(
  needs: Omit<MailboxNeeds, 'bells'>,
  account: { address: string; username: string; password: string; smtp: MailServer },
  update: Pick<MailboxUpdate, 'username' | 'imap' | 'smtp'>,
): Promise<MailboxCheck> {
  if (update.imap !== undefined) throw noImapServer()
  const { password } = account
  return await checkOutgoing(needs, {
    address: account.address,
    username: update.username ?? account.username,
    ...(password !== '' && { password }),
    smtp: update.smtp ?? serverOf(account.smtp),
  })
}

function noImapServer(cause?: unknown): AppError {
  return new AppError(
    'no-imap-server',
    'the mail of this mailbox is handed in: it has no IMAP server',
    {},
    { cause },
  )
}

/** A server as it is kept, without what an endpoint has besides. */
export function serverOf({ host, port, security, certificate }: MailServer): MailServer {
  return { host, port, security, ...(certificate !== undefined && { certificate }) }
}

/** A wish as a mailbox keeps it. */
export function startColumns(start: StartWish): { startDays: number | null; historyDays: number | null } {
  return {
    startDays: start.rule === 'days' ? start.days : null,
    historyDays: start.historyDays ?? null,
  }
}

/** Whether nothing comes in that is there already. */
export function beginsNow(start: ReturnType<typeof startColumns>): boolean {
  return start.startDays === null && start.historyDays === null
}

/** What a check found, as a mailbox keeps it. */
export function serverColumns({ imap, smtp, username }: MailboxCheck): MailboxChanges {
  return {
    ...(username === null ? {} : { username }),
    ...(imap !== null && {
      imap_host: imap.host,
      imap_port: imap.port,
      imap_security: imap.security,
      imap_certificate: imap.certificate ?? null,
    }),
    ...(smtp !== null && {
      smtp_host: smtp.host,
      smtp_port: smtp.port,
      smtp_security: smtp.security,
      smtp_certificate: smtp.certificate ?? null,
    }),
  }
}

/** One spelling of an address: two mailboxes must not differ by case only. @throws AppError `bad-address` */
export function normalAddress(typed: string): string {
  const address = makeAddress(null, typed)?.address
  if (address === undefined) throw new AppError('bad-address', 'not an address', {})
  const at = address.lastIndexOf('@')
  return address.slice(0, at).normalize('NFC').toLowerCase() + address.slice(at)
}

/** Names the refusal of an address that is connected. @throws AppError `mailbox-exists` */
export async function refuseTwin<Result>(address: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (cause) {
    if (!isUniqueViolation(cause, 'mailbox_address_key')) throw cause
    throw new AppError('mailbox-exists', 'a mailbox with this address is connected', { address }, { cause })
  }
}
