import type { Db } from '../db/database.ts'
import type { TemplateValues } from '../lib/render-template.ts'
import type { Templates } from '../lib/templates.ts'
import { HAS_SUBJECT } from '../shared/template-variables.ts'
import { findNewestTemplate, markBroken, type WhichTemplate } from './mail-templates.queries.ts'
import { type WrittenMail, writeOwnMail } from './own-template.ts'

/**
 * Writes a mail in the mailbox's own words, else in the default ones. Own words that do not hold any more
 * never keep a mail back: the default goes out, and the fault is kept with them for admins.
 *
 * @param values all that the template may show (shared/template-variables.ts), and what the default shows besides
 */
export async function writeWords(
  { db, templates }: { db: Db; templates: Templates },
  which: WhichTemplate,
  values: TemplateValues,
): Promise<WrittenMail> {
  const all = { ...values, language: which.language }
  const newest = await findNewestTemplate(db, which)
  if (newest?.content) {
    const written = writeOwnMail(which.name, newest.content, all)
    if (!('fault' in written)) return written
    await markBroken(db, newest.id, written.fault)
  }
  return writeDefault(templates, which, all)
}

/** Writes a mail in the default words. */
export function writeDefault(
  templates: Templates,
  { name, language }: Pick<WhichTemplate, 'name' | 'language'>,
  values: TemplateValues,
): WrittenMail {
  const render = (part: 'subject' | 'text' | 'html') => templates.render(name, part, language, values)
  return {
    subject: HAS_SUBJECT[name] ? render('subject') : null,
    text: render('text'),
    html: render('html'),
  }
}
