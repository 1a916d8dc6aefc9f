import type { Db, Tx } from '../db/database.ts'
import { NotFound } from '../lib/app-error.ts'
import {
  updateFetched,
  updateHandedIn,
  updateProblem,
  updateQuota,
  updateSent,
  updateState,
} from './mailbox-state.queries.ts'

/** A stable code the web app words, and the server's own words. Faults of sending start with `smtp-`. */
export type MailboxProblem = { code: string; detail: string | null }

/**
 * Stops fetching and sending within a second (ring `mailboxes` after the commit). What was fetched is
 * still filed, what was queued waits.
 *
 * @param problem null when an admin wants it so
 * @throws NotFound
 */
export async function pauseMailbox(
  db: Db | Tx,
  mailboxId: number,
  problem: MailboxProblem | null,
): Promise<void> {
  if (!(await updateState(db, mailboxId, 'paused', problem))) throw new NotFound('mailbox', { mailboxId })
}

/** Goes on where it stopped. Ring `mailboxes` after the commit. @throws NotFound */
export async function resumeMailbox(db: Db | Tx, mailboxId: number): Promise<void> {
  if (!(await updateState(db, mailboxId, 'active', null))) throw new NotFound('mailbox', { mailboxId })
}

/** Shows admins what is wrong while we go on trying; a paused mailbox keeps its cause. */
export async function noteFault(db: Db | Tx, mailboxId: number, problem: MailboxProblem): Promise<void> {
  await updateProblem(db, mailboxId, problem)
}

/** All mail up to now is in the ledger; a fault of fetching is over. */
export async function noteFetched(db: Db, mailboxId: number, mode: 'idle' | 'poll'): Promise<void> {
  await updateFetched(db, mailboxId, mode)
}

/** A mail was handed in to a mailbox that has no server of its own; to another it changes nothing. */
export async function noteHandedIn(db: Db, mailboxId: number): Promise<void> {
  await updateHandedIn(db, mailboxId)
}

/** Servers took mails of ours; a fault of sending (`smtp-…`) is over. */
export async function noteSent(db: Db | Tx, mailboxIds: readonly number[]): Promise<void> {
  if (mailboxIds.length > 0) await updateSent(db, mailboxIds)
}

/** How full the mailbox is by its server's word; null: it does not say. */
export async function noteQuota(
  db: Db,
  mailboxId: number,
  quota: { usedBytes: number; limitBytes: number } | null,
): Promise<void> {
  await updateQuota(db, mailboxId, quota)
}
