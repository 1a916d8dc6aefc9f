import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { MailboxKind } from '../shared/mailbox-words.ts'
import type { MailServer } from './mail-server.ts'

/** What signing in needs of a mailbox row. */
export type AccountRow = {
  id: number
  address: string
  kind: MailboxKind
  name: string
  username: string | null
  password_sealed: Buffer | null
  password_key_id: number | null
  imap_host: string | null
  imap_port: number | null
  imap_security: 'tls' | 'starttls' | null
  imap_certificate: string | null
  smtp_host: string | null
  smtp_port: number | null
  smtp_security: 'tls' | 'starttls' | null
  smtp_certificate: string | null
  /** Since when it signs in by what was granted to it; null where it has a password. */
  granted_at: Date | null
}

/** Everything people see or set of a mailbox; the password is not among it. */
export type MailboxRow = {
  id: number
  kind: MailboxKind
  name: string
  address: string
  aliases: string[]
  alias_details: unknown
  colour: number
  state: 'active' | 'paused'
  state_code: string | null
  state_detail: string | null
  state_at: Date | null
  username: string | null
  imap_host: string | null
  imap_port: number | null
  imap_security: 'tls' | 'starttls' | null
  imap_certificate: string | null
  smtp_host: string | null
  smtp_port: number | null
  smtp_security: 'tls' | 'starttls' | null
  smtp_certificate: string | null
  keeps_message_id: boolean | null
  keeps_date: boolean | null
  signature: string
  acknowledges: boolean
  opening_hours: unknown
  /** Whose its new mail is; it works there, and is not removed. */
  default_team_id: number | null
  sent_copy: 'append' | 'by_server' | 'none'
  uncertain_rule: 'ask' | 'repeat_once'
  authserv_id: string | null
  trusted_sealers: string[]
  signs_dkim: boolean
  after_marks_read: boolean
  after_moves_to: string | null
  after_fault_code: string | null
  after_fault_detail: string | null
  after_fault_at: Date | null
  fetched_at: Date | null
  fetch_mode: 'idle' | 'poll' | null
  sent_at: Date | null
  created_at: Date
  /** Since when it answers nobody by itself; null while it does. */
  automatic_held_since: Date | null
  /** Since when one of its own templates cannot be written; null while all can. */
  template_broken_at: Date | null
  /** Since when its server lacks a folder that is watched; null while it has all. */
  folder_gone_since: Date | null
  /** What its server said of the first of them. */
  folder_gone_detail: string | null
  /** By which app it signs in, and who consented; null where it has a password. */
  sign_in_app: { id: number; name: string; grantedTo: string | null } | null
}

const seen = [
  'id',
  'kind',
  'name',
  'address',
  'aliases',
  'alias_details',
  'opening_hours',
  'default_team_id',
  'colour',
  'state',
  'state_code',
  'state_detail',
  'state_at',
  'username',
  'imap_host',
  'imap_port',
  'imap_security',
  'imap_certificate',
  'smtp_host',
  'smtp_port',
  'smtp_security',
  'smtp_certificate',
  'keeps_message_id',
  'keeps_date',
  'signature',
  'acknowledges',
  'sent_copy',
  'uncertain_rule',
  'authserv_id',
  'trusted_sealers',
  'signs_dkim',
  'after_marks_read',
  'after_moves_to',
  'after_fault_code',
  'after_fault_detail',
  'after_fault_at',
  'fetched_at',
  'fetch_mode',
  'sent_at',
  'created_at',
] as const

const heldSince =
  sql<Date | null>`case when automatic_held_until > clock_timestamp() then automatic_held_at end`.as(
    'automatic_held_since',
  )

const templateBrokenAt = sql<Date | null>`(
  select min(broken_at) from mail_template own
  where own.mailbox_id = mailbox.id and broken_at is not null and version = (
    select max(version) from mail_template newest
    where (newest.mailbox_id, newest.name, newest.language) = (own.mailbox_id, own.name, own.language)))`.as(
  'template_broken_at',
)

const folderGoneSince = sql<Date | null>`(
  select min(gone_since) from folder where folder.mailbox_id = mailbox.id)`.as('folder_gone_since')

const folderGoneDetail = sql<string | null>`(
  select gone_detail from folder where folder.mailbox_id = mailbox.id and gone_since is not null
  order by gone_since, id limit 1)`.as('folder_gone_detail')

const signInApp = sql<MailboxRow['sign_in_app']>`(
  select json_build_object('id', a.id, 'name', a.name, 'grantedTo', granted_to)
  from mailbox_grant g join sign_in_app a on a.id = sign_in_app_id where g.mailbox_id = mailbox.id)`.as(
  'sign_in_app',
)

/** The account of a mailbox that is not removed, password still sealed. */
export async function findAccount(db: Db, mailboxId: number): Promise<AccountRow | undefined> {
  return await db
    .selectFrom('mailbox')
    .leftJoin('mailbox_grant', 'mailbox_id', 'id')
    .modifyFront(kept)
    .select('granted_at')
    .select(['id', 'address', 'kind', 'name', 'username', 'password_sealed', 'password_key_id'])
    .select(['imap_host', 'imap_port', 'imap_security', 'smtp_host', 'smtp_port', 'smtp_security'])
    .select(['imap_certificate', 'smtp_certificate'])
    .where('id', '=', mailboxId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
}

/** Mailboxes that are not removed, by name; `ids` narrows them. */
export async function listMailboxRows(db: Db, ids: 'all' | readonly number[]): Promise<MailboxRow[]> {
  return await db
    .selectFrom('mailbox')
    .select(seen)
    .select([heldSince, templateBrokenAt, folderGoneSince, folderGoneDetail, signInApp])
    .where('removed_at', 'is', null)
    .$if(ids !== 'all', query => query.where('id', 'in', ids === 'all' || ids.length === 0 ? [0] : ids))
    .orderBy(sql`name collate "und-x-icu"`)
    .orderBy('id')
    .execute()
}

/** One mailbox that is not removed. */
export async function findMailboxRow(db: Db, mailboxId: number): Promise<MailboxRow | undefined> {
  return await db
    .selectFrom('mailbox')
    .select(seen)
    .select([heldSince, templateBrokenAt, folderGoneSince, folderGoneDetail, signInApp])
    .where('id', '=', mailboxId)
    .where('removed_at', 'is', null)
    .executeTakeFirst()
}

/** What a newly connected mailbox starts with; `startDays` null: only mail from now on. */
export type NewMailbox = {
  name: string
  address: string
  /** Null where nobody signs in to its SMTP server, nor to any other. */
  username: string | null
  /** Null where the operator's mail server hands its mail in. */
  imap: MailServer | null
  smtp: MailServer
  startDays: number | null
  historyDays?: number | null
  sentCopy?: 'append' | 'by_server'
  /** What the test mail told of its servers; null: nobody has looked. */
  keepsMessageId?: boolean | null
  keepsDate?: boolean | null
}

/** Enters a real mailbox with its filing row. Colours go round the six. @throws on an address that is taken */
export async function insertMailbox(tx: Tx, mailbox: NewMailbox): Promise<number> {
  const { id } = await tx
    .insertInto('mailbox')
    .values({
      kind: mailbox.imap === null ? 'intake' : 'imap',
      name: mailbox.name,
      address: mailbox.address,
      colour: sql<number>`1 + (select count(*) from mailbox where removed_at is null) % 6`,
      username: mailbox.username,
      imap_host: mailbox.imap?.host ?? null,
      imap_port: mailbox.imap?.port ?? null,
      imap_security: mailbox.imap?.security ?? null,
      imap_certificate: mailbox.imap?.certificate ?? null,
      smtp_host: mailbox.smtp.host,
      smtp_port: mailbox.smtp.port,
      smtp_security: mailbox.smtp.security,
      smtp_certificate: mailbox.smtp.certificate ?? null,
      start_rule: mailbox.startDays === null ? 'now' : 'days',
      start_days: mailbox.startDays,
      history_days: mailbox.historyDays ?? null,
      sent_copy: mailbox.imap === null ? 'none' : (mailbox.sentCopy ?? 'append'),
      keeps_message_id: mailbox.keepsMessageId ?? null,
      keeps_date: mailbox.keepsDate ?? null,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  await tx.insertInto('mailbox_filing').values({ mailbox_id: id }).execute()
  return id
}

/** Enters a folder whose mails up to now are old: one range row accounts for them all. */
export async function insertStart(
  tx: Tx,
  mailboxId: number,
  folder: { path: string; uidValidity: number; uidNext: number; exists: number },
): Promise<void> {
  const { path, uidValidity, uidNext, exists } = folder
  const { id } = await tx
    .insertInto('folder')
    .values({
      mailbox_id: mailboxId,
      path,
      role: 'inbox',
      uid_validity: uidValidity,
      cursor_uid: uidNext - 1,
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  const range = { folder_id: id, uid_validity: uidValidity, below_uid: uidNext, mail_count: exists }
  await tx.insertInto('folder_range').values(range).execute()
}

/** Settings that may change; an absent key stays as it is. */
export type MailboxChanges = {
  name?: string
  aliases?: string[]
  /** JSON. */
  alias_details?: string
  colour?: number
  signature?: string
  acknowledges?: boolean
  /** JSON. */
  opening_hours?: string | null
  default_team_id?: number | null
  sent_copy?: 'append' | 'by_server' | 'none'
  keeps_message_id?: boolean
  keeps_date?: boolean
  uncertain_rule?: 'ask' | 'repeat_once'
  authserv_id?: string | null
  trusted_sealers?: string[]
  username?: string
  imap_host?: string
  imap_port?: number
  imap_security?: 'tls' | 'starttls'
  imap_certificate?: string | null
  smtp_host?: string
  smtp_port?: number
  smtp_security?: 'tls' | 'starttls'
  smtp_certificate?: string | null
}

/**
 * Changes settings; with no key given it changes nothing. A default team that does not work in the mailbox breaks the
 * constraint `mailbox_default_team`. Another account has other limits, so a change of account ends a hold.
 */
export async function updateMailboxRow(tx: Tx, mailboxId: number, changes: MailboxChanges): Promise<void> {
  if (Object.keys(changes).length === 0) return
  const isOtherAccount = changes.smtp_host !== undefined || changes.username !== undefined
  const hold = isOtherAccount ? { sending_held_code: null, sending_held_until: null } : {}
  await tx
    .updateTable('mailbox')
    .set({ ...changes, ...hold })
    .where('id', '=', mailboxId)
    .execute()
}

/** Stores a sealed password beside the id of its key; null forgets it. */
export async function updatePassword(
  tx: Tx,
  mailboxId: number,
  password: { sealed: Buffer; keyId: number } | null,
): Promise<void> {
  await tx
    .updateTable('mailbox')
    .set({ password_sealed: password?.sealed ?? null, password_key_id: password?.keyId ?? null })
    .where('id', '=', mailboxId)
    .execute()
}

/** The server named by the topmost verdict field of each of the newest mails that have one, newest first; at most 30. */
export async function selectVerdictServers(db: Db, mailboxId: number): Promise<string[]> {
  const { rows } = await sql<{ server: string }>`
    select lower(trim(split_part(m.sender_check #>> '{facts,ignored,0}', ';', 1))) as server
    from (select id from ticket where mailbox_id = ${mailboxId} order by last_message_at desc, id desc limit 30) t
      join lateral (
        select sender_check from message
        where message.ticket_id = t.id and direction = 'inbound' order by received_at desc, id desc limit 1) m on true
    where m.sender_check #>> '{facts,ignored,0}' is not null`.execute(db)
  return rows.map(row => row.server)
}
