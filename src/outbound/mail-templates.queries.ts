import { sql } from 'kysely'
import type { Db, Tx } from '../db/database.ts'
import { kept } from '../db/kept-statements.ts'
import type { MailTemplate } from '../shared/template-variables.ts'
import type { Language } from '../shared/vocabulary.ts'
import type { TemplateContent } from './own-template.ts'

/** Which mail of which mailbox, in which language. */
export type WhichTemplate = { mailboxId: number; name: MailTemplate; language: Language }

/** A saved version. `content` is null where the default holds from then on. */
export type TemplateVersionRow = {
  id: number
  name: MailTemplate
  language: Language
  version: number
  content: TemplateContent | null
  restoredFrom: number | null
  agentId: number
  savedAt: Date
  brokenAt: Date | null
  brokenFault: string | null
}

const columns = sql`
  id, name, language, version, restored_from as "restoredFrom", agent_id as "agentId", saved_at as "savedAt",
  broken_at as "brokenAt", broken_fault as "brokenFault",
  case when text is not null then jsonb_build_object('subject', subject, 'text', text, 'html', html) end as content`

/** The newest version; undefined where nobody ever changed the template. */
export async function findNewestTemplate(
  db: Db,
  { mailboxId, name, language }: WhichTemplate,
): Promise<TemplateVersionRow | undefined> {
  const { rows } = await sql<TemplateVersionRow>`${kept}
    select ${columns} from mail_template
    where mailbox_id = ${mailboxId} and name = ${name} and language = ${language}
    order by version desc limit 1`.execute(db)
  return rows[0]
}

/** The newest version of every template of a mailbox that was ever changed. */
export async function listNewestTemplates(db: Db, mailboxId: number): Promise<TemplateVersionRow[]> {
  const { rows } = await sql<TemplateVersionRow>`
    select distinct on (name, language) ${columns} from mail_template
    where mailbox_id = ${mailboxId} order by name, language, version desc`.execute(db)
  return rows
}

/** The newest versions of one template, newest first. */
export async function listTemplateVersions(
  db: Db,
  { mailboxId, name, language }: WhichTemplate,
  rowLimit: number,
): Promise<TemplateVersionRow[]> {
  const { rows } = await sql<TemplateVersionRow>`
    select ${columns} from mail_template
    where mailbox_id = ${mailboxId} and name = ${name} and language = ${language}
    order by version desc limit ${rowLimit}`.execute(db)
  return rows
}

/** The version of that number, also where the default holds by it. */
export async function findTemplateVersion(
  db: Db,
  { mailboxId, name, language }: WhichTemplate,
  version: number,
): Promise<TemplateVersionRow | undefined> {
  const { rows } = await sql<TemplateVersionRow>`
    select ${columns} from mail_template
    where mailbox_id = ${mailboxId} and name = ${name} and language = ${language} and version = ${version}`.execute(
    db,
  )
  return rows[0]
}

/** Enters a version. @throws on one that is there already: unique `mail_template_version` */
export async function insertTemplateVersion(
  tx: Tx,
  row: WhichTemplate & {
    version: number
    content: TemplateContent | null
    restoredFrom: number | null
    agentId: number
  },
): Promise<void> {
  await tx
    .insertInto('mail_template')
    .values({
      mailbox_id: row.mailboxId,
      name: row.name,
      language: row.language,
      version: row.version,
      subject: row.content?.subject ?? null,
      text: row.content?.text ?? null,
      html: row.content?.html ?? null,
      restored_from: row.restoredFrom,
      agent_id: row.agentId,
    })
    .execute()
}

/** Keeps when a version could first not be written, and why. */
export async function markBroken(db: Db, id: number, fault: string): Promise<void> {
  await db
    .updateTable('mail_template')
    .set({ broken_at: sql<Date>`clock_timestamp()`, broken_fault: fault })
    .where('id', '=', id)
    .where('broken_at', 'is', null)
    .execute()
}

/**
 * The ticket that a preview is written for: that of the given number, or without one the newest of the mailbox. Undefined
 * where there is none, also for a number of another mailbox or of spam: spam is never shown as an example.
 */
export async function findPreviewTicket(
  db: Db,
  mailboxId: number,
  ticketNumber: number | undefined,
): Promise<number | undefined> {
  const row = await db
    .selectFrom('ticket')
    .select('id')
    .where('mailbox_id', '=', mailboxId)
    .$if(ticketNumber !== undefined, query => query.where('number', '=', ticketNumber ?? 0))
    .where('state', '<>', 'spam')
    .orderBy('last_message_at', 'desc')
    .orderBy('id', 'desc')
    .executeTakeFirst()
  return row?.id
}
