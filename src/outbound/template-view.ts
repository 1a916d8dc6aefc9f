import type { Db } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import type { Templates } from '../lib/templates.ts'
import { getMailboxView } from '../mailboxes/mailbox-view.ts'
import { HAS_SUBJECT, MAIL_TEMPLATES, type MailTemplate } from '../shared/template-variables.ts'
import { LANGUAGES, type Language } from '../shared/vocabulary.ts'
import {
  findTemplateVersion,
  listNewestTemplates,
  listTemplateVersions,
  type TemplateVersionRow,
  type WhichTemplate,
} from './mail-templates.queries.ts'
import type { TemplateContent } from './own-template.ts'

/** One template as a list shows it; instants in ISO 8601. */
export type TemplateRow = {
  name: MailTemplate
  language: Language
  isOwn: boolean
  version: number
  savedAt: string | null
  agentId: number | null
  brokenSince: string | null
}

/** A version in the history of a template. */
export type TemplateVersion = {
  version: number
  savedAt: string
  agentId: number
  isDefault: boolean
  restoredFrom: number | null
}

/** A template as its editor shows it. */
export type TemplateDetail = TemplateRow & {
  content: TemplateContent
  defaults: TemplateContent
  defaultHtml: string
  problem: string | null
  versions: TemplateVersion[]
}

const shownVersions = 50

/** Every mail a mailbox writes, in each language. @throws NotFound for a mailbox that is none */
export async function listTemplates(db: Db, mailboxId: number): Promise<TemplateRow[]> {
  await getMailboxView(db, mailboxId)
  const newest = new Map((await listNewestTemplates(db, mailboxId)).map(row => [keyOf(row), row]))
  return MAIL_TEMPLATES.flatMap(name =>
    LANGUAGES.map(language => rowOf({ name, language }, newest.get(keyOf({ name, language })))),
  )
}

/** One template with its default and its history. @throws NotFound for a mailbox that is none */
export async function getTemplate(
  { db, templates }: { db: Db; templates: Templates },
  which: WhichTemplate,
): Promise<TemplateDetail> {
  await getMailboxView(db, which.mailboxId)
  const versions = await listTemplateVersions(db, which, shownVersions)
  const [newest] = versions
  const defaults = defaultContent(templates, which)
  return {
    ...rowOf(which, newest),
    content: newest?.content ?? defaults,
    defaults,
    defaultHtml: templates.source(which.name, 'html', which.language),
    problem: newest?.brokenFault ?? null,
    versions: versions.map(presentVersion),
  }
}

/** The words of one version; of one from which on the default held, the default. @throws NotFound */
export async function getTemplateVersion(
  { db, templates }: { db: Db; templates: Templates },
  which: WhichTemplate,
  version: number,
): Promise<TemplateContent> {
  const found = await findTemplateVersion(db, which, version)
  if (found === undefined) throw new NotFound('template version', { version })
  return found.content ?? defaultContent(templates, which)
}

/** As an admin starts from it: its HTML follows its text. */
function defaultContent(templates: Templates, { name, language }: WhichTemplate): TemplateContent {
  return {
    subject: HAS_SUBJECT[name] ? templates.source(name, 'subject', language).trim() : null,
    text: templates.source(name, 'text', language),
    html: null,
  }
}

function keyOf({ name, language }: { name: string; language: string }): string {
  return `${name} ${language}`
}

function rowOf(
  { name, language }: Pick<WhichTemplate, 'name' | 'language'>,
  newest: TemplateVersionRow | undefined,
): TemplateRow {
  return {
    name,
    language,
    isOwn: (newest?.content ?? null) !== null,
    version: newest?.version ?? 0,
    savedAt: newest?.savedAt.toISOString() ?? null,
    agentId: newest?.agentId ?? null,
    brokenSince: newest?.brokenAt?.toISOString() ?? null,
  }
}

function presentVersion(row: TemplateVersionRow): TemplateVersion {
  const { version, agentId, restoredFrom } = row
  return {
    version,
    agentId,
    restoredFrom,
    savedAt: row.savedAt.toISOString(),
    isDefault: row.content === null,
  }
}
