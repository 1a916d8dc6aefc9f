import type { Db } from '../db/database.ts'
import { sumDownload } from './download.queries.ts'

/**
 * What old mail may bring a mailbox of Gmail to in a day. Beyond 2,500 MB Gmail shuts out every mail program for hours: the
 * rest is for new mail, and for people's own programs.
 *
 * @see support.google.com/a/answer/1071518
 */
export const OLD_MAIL_DAILY_BYTES = 2_000 * 1_048_576

/** A batch: with less than that left of the day, old mail is not begun. */
export const LEAST_OLD_BYTES = 8 * 1_048_576

/** Whether so many more bytes of old mail fit into the day; those of new mail always do. */
export async function mayFetchOld(db: Db, mailboxId: number, bytes: number): Promise<boolean> {
  return (await sumDownload(db, mailboxId)) + bytes <= OLD_MAIL_DAILY_BYTES
}
