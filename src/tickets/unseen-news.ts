import type { Db } from '../db/database.ts'
import {
  type DigestWish,
  MAILED_EVENTS,
  type MailedRow,
  selectDueAgents,
  selectUnseen,
} from './notifications.queries.ts'

export type { DigestWish, MailedRow } from './notifications.queries.ts'
export { MAILED_EVENTS }

/** How long what happened may stay unseen before it is mailed. */
const unseenMs = 15 * 60_000

/** Which of some agents have not seen something for a quarter of an hour that was in no mail to them. */
export async function listDueAgents(db: Db, wishes: readonly DigestWish[]): Promise<number[]> {
  return await selectDueAgents(db, wishes, unseenMs)
}

/** All that an agent has not seen and was in no mail, newest first; nothing where none of it is a quarter of an hour old. */
export async function listUnseen(db: Db, wish: DigestWish): Promise<MailedRow[]> {
  const due = await listDueAgents(db, [wish])
  return due.length === 0 ? [] : await selectUnseen(db, wish)
}
