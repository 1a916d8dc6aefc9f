import { listIntakeDoors } from '../db/instances.ts'
import { setAfterFiling as setWish } from '../mailboxes/after-filing.ts'
import { connectIntakeMailbox as connectIntake } from '../mailboxes/connect-intake.ts'
import { connectMailbox as connect, updateMailbox as update } from '../mailboxes/connect-mailbox.ts'
import { chooseFolders, listFolderViews } from '../mailboxes/folder-choice.ts'
import type { MailboxNeeds } from '../mailboxes/mailbox-needs.ts'
import { pauseMailbox as pause, resumeMailbox as resume } from '../mailboxes/mailbox-state.ts'
import { getMailboxView, listMailboxViews } from '../mailboxes/mailbox-view.ts'
import { getAutomaticMail as automaticMail } from '../outbound/automatic-mail-view.ts'
import {
  chooseMailFolders,
  connectIntakeMailbox,
  connectMailbox,
  getAutomaticMail,
  getMailbox,
  getMailIntake,
  listMailboxes,
  listMailFolders,
  pauseMailbox,
  resumeMailbox,
  setAfterFiling,
  updateMailbox,
} from '../shared/mailboxes.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the list, connecting, settings and the pause of mailboxes. */
export function registerMailboxes(server: ApiServer, needs: MailboxNeeds): void {
  const settings = (mailboxId: number) => getMailboxView(needs.db, mailboxId)

  handle(server, listMailboxes, async ({ caller }) => {
    // The schema strips servers and user names: agents see what a mailbox is, admins open its settings.
    return { data: await listMailboxViews(needs.db, caller.mailboxIds) }
  })
  handle(server, connectMailbox, async ({ body }) => await settings(await connect(needs, body)))
  handle(server, connectIntakeMailbox, async ({ body }) => await settings(await connectIntake(needs, body)))
  handle(server, getMailIntake, async () => ({ doors: await listIntakeDoors(needs.db) }))
  handle(server, getMailbox, async ({ params }) => await settings(params.id))
  handle(server, updateMailbox, async ({ params, body }) => {
    const { sentCopy, uncertainRule, authservId, trustedSealers, defaultTeamId, ...rest } = body
    await getMailboxView(needs.db, params.id)
    await update(needs, params.id, {
      ...rest,
      ...(sentCopy === undefined ? {} : { sent_copy: sentCopy }),
      ...(uncertainRule === undefined ? {} : { uncertain_rule: uncertainRule }),
      ...(defaultTeamId === undefined ? {} : { default_team_id: defaultTeamId }),
      ...(authservId === undefined ? {} : { authserv_id: authservId?.toLowerCase() ?? null }),
      ...(trustedSealers === undefined
        ? {}
        : { trusted_sealers: [...new Set(trustedSealers.map(domain => domain.toLowerCase()))] }),
    })
    return await settings(params.id)
  })
  handle(server, getAutomaticMail, async ({ params }) => {
    const { insistent, heldUntil, ...counts } = await automaticMail(needs.db, params.id)
    return {
      ...counts,
      heldUntil: heldUntil?.toISOString() ?? null,
      insistent: insistent.map(one => ({ ...one, lastAt: one.lastAt.toISOString() })),
    }
  })
  handle(server, listMailFolders, async ({ params }) => await listFolderViews(needs, params.id))
  handle(server, chooseMailFolders, async ({ params, body }) => {
    await chooseFolders(needs, params.id, body)
    return await listFolderViews(needs, params.id)
  })
  handle(server, setAfterFiling, async ({ params, body }) => {
    await setWish(needs, params.id, body)
    return await settings(params.id)
  })
  handle(server, pauseMailbox, async ({ params }) => {
    await pause(needs.db, params.id, null)
    needs.bells.ring('mailboxes')
    return await settings(params.id)
  })
  handle(server, resumeMailbox, async ({ params }) => {
    await resume(needs.db, params.id)
    needs.bells.ring('mailboxes')
    return await settings(params.id)
  })
}
