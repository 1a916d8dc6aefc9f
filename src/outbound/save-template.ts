import { type Db, inTransaction } from '../db/database.ts'
import { isUniqueViolation } from '../db/faults.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { HAS_SUBJECT, TEMPLATE_VARIABLES } from '../shared/template-variables.ts'
import {
  findNewestTemplate,
  findTemplateVersion,
  insertTemplateVersion,
  type WhichTemplate,
} from './mail-templates.queries.ts'
import { checkTemplate, type TemplateContent } from './own-template.ts'

/** What becomes of a template: new words, those of an earlier version, or the default. */
export type TemplateChange = { content: TemplateContent } | { restore: number } | { useDefault: true }

/**
 * Saves a version of a mailbox's words. Earlier ones stay as they are: going back is a new version as well.
 *
 * @param change.after the newest version the admin has seen, 0 for none
 * @throws AppError `bad-template` with `problems` and the `known` variables, `template-changed`; NotFound for a
 *   version to restore that is none
 */
export async function saveTemplate(
  db: Db,
  which: WhichTemplate,
  { after, change, agentId }: { after: number; change: TemplateChange; agentId: number },
): Promise<void> {
  const { content, restoredFrom } = await readChange(db, which, change)
  if (content !== null) refuseBad(which, content)
  try {
    await inTransaction(db, async tx => {
      const newest = await findNewestTemplate(tx, which)
      if ((newest?.version ?? 0) !== after) throw changed()
      await insertTemplateVersion(tx, { ...which, version: after + 1, content, restoredFrom, agentId })
    })
  } catch (cause) {
    if (isUniqueViolation(cause, 'mail_template_version')) throw changed(cause)
    throw cause
  }
}

async function readChange(db: Db, which: WhichTemplate, change: TemplateChange) {
  if ('useDefault' in change) return { content: null, restoredFrom: null }
  if ('content' in change) return { content: asKept(which, change.content), restoredFrom: null }
  const found = await findTemplateVersion(db, which, change.restore)
  if (found === undefined) throw new NotFound('template version', { version: change.restore })
  return { content: found.content, restoredFrom: change.restore }
}

function asKept({ name }: WhichTemplate, content: TemplateContent): TemplateContent {
  return HAS_SUBJECT[name] ? content : { ...content, subject: null }
}

function refuseBad({ name }: WhichTemplate, content: TemplateContent): void {
  const problems = checkTemplate(name, content)
  if (problems.length === 0) return
  const known = TEMPLATE_VARIABLES[name].map(variable => variable.name)
  throw new AppError('bad-template', 'the template cannot be saved as it is', { problems, known })
}

function changed(cause?: unknown): AppError {
  return new AppError('template-changed', 'somebody saved a newer version', {}, { cause })
}
