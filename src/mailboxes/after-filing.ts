import { AppError, NotFound } from '../lib/app-error.ts'
import { updateAfterFiling } from './folder-choice.queries.ts'
import { withImap } from './folder-choice.ts'
import type { MailboxNeeds } from './mailbox-needs.ts'
import { moveTargetsAmong } from './move-targets.ts'

/** What is done on the server with new mail once it is filed; neither: it stays as it was. */
export type AfterFiling = { marksRead: boolean; movesTo: string | null }

/**
 * Sets what is done with mail that comes from now on, once it is filed. Its watcher begins anew within a second.
 *
 * @throws NotFound, also for a practice mailbox; RemoteFault; AppError `cannot-move-mail` where the server knows neither
 *   MOVE nor UIDPLUS, `unknown-folder` for one it does not have or that mail is never moved to
 */
export async function setAfterFiling(
  needs: MailboxNeeds,
  mailboxId: number,
  wish: AfterFiling,
): Promise<void> {
  const { movesTo: path } = wish
  if (path !== null) {
    const targets = await withImap(needs, mailboxId, async imap =>
      moveTargetsAmong(await imap.listFolders(), imap),
    )
    if (targets === null) throw new AppError('cannot-move-mail', 'no MOVE and no UIDPLUS', { mailboxId })
    if (!targets.some(one => one.path === path))
      throw new AppError('unknown-folder', 'the server has no such folder to move mail to', { path })
  }
  if (!(await updateAfterFiling(needs.db, mailboxId, wish))) throw new NotFound('mail server', { mailboxId })
  needs.bells.ring('mailboxes')
}
