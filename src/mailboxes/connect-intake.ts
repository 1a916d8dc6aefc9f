import { inTransaction } from '../db/database.ts'
import { storePassword } from './account.ts'
import { plainPassword } from './check-mailbox.ts'
import { checkOutgoing, type OutgoingConnection } from './check-outgoing.ts'
import { MailboxCheckFailed, normalAddress, refuseTwin } from './connect-mailbox.ts'
import type { MailboxNeeds } from './mailbox-needs.ts'
import { insertMailbox } from './mailboxes.queries.ts'

/**
 * Connects a mailbox that has no IMAP server: the operator's mail server hands its mail in (mail-intake.ts), and replies
 * leave by `smtp`, which is checked first. Mail is taken for it from this moment on.
 *
 * @returns the id
 * @throws MailboxCheckFailed; AppError `mailbox-exists`, `bad-address`, `bad-certificate`
 */
export async function connectIntakeMailbox(
  needs: MailboxNeeds,
  given: OutgoingConnection & { name: string },
): Promise<number> {
  const address = normalAddress(given.address)
  const { password, name } = given
  const check = await checkOutgoing(needs, { ...given, address })
  const { smtp, username } = check
  if (!check.ok || smtp === null) throw new MailboxCheckFailed(check)
  const mailboxId = await refuseTwin(address, () =>
    inTransaction(needs.db, async tx => {
      const id = await insertMailbox(tx, { name, address, username, imap: null, smtp, startDays: null })
      if (password !== undefined) await storePassword(tx, needs.keys, id, plainPassword(password))
      return id
    }),
  )
  needs.bells.ring('mailboxes')
  return mailboxId
}
