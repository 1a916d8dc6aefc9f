import type { Caller } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { selectTagNames } from './tags.queries.ts'
import { visibleMailboxIds } from './visible-mailboxes.ts'

/** The tags on tickets of mailboxes the caller may use, by name: a tag can tell what others work on. */
export async function listTagNames(db: Db, caller: Caller): Promise<string[]> {
  const { mailboxIds } = await visibleMailboxIds(db, caller, undefined)
  return await selectTagNames(db, mailboxIds)
}
