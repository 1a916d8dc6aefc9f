import { type Caller, can } from '../agents/can.ts'
import { type Db, inTransaction } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { getMailboxView } from '../mailboxes/mailbox-view.ts'
import { SAVED_REPLY_VARIABLES } from '../shared/template-variables.ts'
import { checkSavedReply } from './fill-saved-reply.ts'
import {
  countUse,
  deleteUnused,
  findSavedReplyRow,
  insertSavedReply,
  listSavedReplyRows,
  type SavedReplyContent,
  type SavedReplyRow,
  setArchived,
  updateSavedReply,
} from './saved-replies.queries.ts'

/** All that somebody may use, archived ones as well, most used first. */
export async function listSavedReplies(db: Db, caller: Caller): Promise<SavedReplyRow[]> {
  return await listSavedReplyRows(db, caller)
}

/**
 * Saves a reply as the caller's.
 *
 * @throws AppError `no-permission` for a shared one of an agent, `bad-template`, `bad-saved-reply`; NotFound for a
 *   mailbox that is none
 */
export async function createSavedReply(
  db: Db,
  caller: Caller,
  content: SavedReplyContent,
): Promise<SavedReplyRow> {
  await check(db, caller, content, caller.agentId)
  const id = await inTransaction(db, tx => insertSavedReply(tx, caller.agentId, content))
  return await getSavedReply(db, caller, id)
}

/** Writes one anew. @throws as createSavedReply; NotFound for one the caller may not use */
export async function changeSavedReply(
  db: Db,
  caller: Caller,
  id: number,
  content: SavedReplyContent,
): Promise<SavedReplyRow> {
  const { ownerId } = await getEditable(db, caller, id)
  await check(db, caller, content, ownerId)
  await inTransaction(db, tx => updateSavedReply(tx, id, content))
  return await getSavedReply(db, caller, id)
}

/** Removes one: what was used before stays, archived, so that its count does. @throws NotFound, AppError `no-permission` */
export async function removeSavedReply(db: Db, caller: Caller, id: number): Promise<void> {
  await getEditable(db, caller, id)
  await inTransaction(db, async tx => {
    if (!(await deleteUnused(tx, id))) await setArchived(tx, id, { isArchived: true })
  })
}

/** Offers an archived one again. @throws NotFound, AppError `no-permission` */
export async function restoreSavedReply(db: Db, caller: Caller, id: number): Promise<SavedReplyRow> {
  await getEditable(db, caller, id)
  await inTransaction(db, tx => setArchived(tx, id, { isArchived: false }))
  return await getSavedReply(db, caller, id)
}

/** Counts that one was put into a reply. @throws NotFound */
export async function countSavedReply(db: Db, caller: Caller, id: number): Promise<void> {
  await getSavedReply(db, caller, id)
  await countUse(db, id)
}

async function getSavedReply(db: Db, caller: Caller, id: number): Promise<SavedReplyRow> {
  const row = await findSavedReplyRow(db, id)
  if (row === undefined || !can(caller, { wish: 'use-saved-reply', ...row })) {
    throw new NotFound('saved reply', { id })
  }
  return row
}

async function getEditable(db: Db, caller: Caller, id: number): Promise<SavedReplyRow> {
  const row = await getSavedReply(db, caller, id)
  if (!can(caller, { wish: 'change-saved-reply', ...row })) throw forbidden()
  return row
}

async function check(db: Db, caller: Caller, content: SavedReplyContent, ownerId: number): Promise<void> {
  const { scope, mailboxId, texts } = content
  if (!can(caller, { wish: 'change-saved-reply', scope, ownerId })) throw forbidden()
  const languages = new Set(texts.map(text => text.language))
  if ((scope === 'mailbox') !== (mailboxId !== null) || languages.size < texts.length) {
    throw new AppError(
      'bad-saved-reply',
      'a mailbox goes with the scope mailbox, and each language stands once',
    )
  }
  if (mailboxId !== null) await getMailboxView(db, mailboxId)
  const problems = texts.flatMap(({ language, body }) =>
    checkSavedReply(body).map(problem => ({ ...problem, part: language })),
  )
  if (problems.length === 0) return
  throw new AppError('bad-template', 'the saved reply cannot be kept as it is', {
    problems,
    known: SAVED_REPLY_VARIABLES,
  })
}

function forbidden(): AppError {
  return new AppError('no-permission', 'shared replies are for admins to change', { needs: 'admin' })
}
