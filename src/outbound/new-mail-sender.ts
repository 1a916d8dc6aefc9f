import { type Caller, can } from '../agents/can.ts'
import type { Db } from '../db/database.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import { addressKey } from '../mail/address.ts'
import { findOutgoingMailbox } from './outgoing.queries.ts'

/** Whose mail begins a ticket: a mailbox, and which of its addresses where not its own. */
export type ChosenMailbox = { mailboxId: number; from?: string | undefined }

/**
 * The mailbox a new mail goes out of; `lastFrom` is the address chosen of it.
 *
 * @throws NotFound, also for one the caller may not use; AppError `unknown-sender` for an address it does not have
 */
export async function getNewMailSender(db: Db, caller: Caller, { mailboxId, from }: ChosenMailbox) {
  const mailbox = await findOutgoingMailbox(db, mailboxId)
  if (!mailbox || !can(caller, { wish: 'use-mailbox', mailboxId }))
    throw new NotFound('mailbox', { mailboxId })
  if (from === undefined) return mailbox
  const own = [mailbox.mailboxAddress, ...mailbox.aliases.map(alias => alias.address)]
  const chosen = own.find(address => addressKey(address) === addressKey(from))
  if (chosen === undefined) {
    throw new AppError('unknown-sender', 'the mailbox has no such address', { address: from })
  }
  return { ...mailbox, lastFrom: chosen }
}
