import { NotFound } from '../lib/app-error.ts'
import {
  type ConsentNeeds,
  connectDelegated as connect,
  finishConsent as finish,
  startConsent as start,
} from '../mailboxes/consent.ts'
import { getMailboxView } from '../mailboxes/mailbox-view.ts'
import { baseUrlProblem } from '../mailboxes/sign-in-app-shapes.ts'
import {
  listSignInApps as list,
  redirectUriOf,
  removeSignInApp as remove,
  saveSignInApp as save,
} from '../mailboxes/sign-in-apps.ts'
import {
  connectDelegated,
  finishConsent,
  listSignInApps,
  removeSignInApp,
  saveSignInApp,
  startConsent,
} from '../shared/sign-in-apps.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the apps by which mailboxes sign in at their providers, and signing in by them. */
export function registerSignInApps(server: ApiServer, needs: ConsentNeeds): void {
  const { db, baseUrl } = needs
  handle(server, listSignInApps, async () => ({
    redirectUri: redirectUriOf(baseUrl),
    redirectProblem: baseUrlProblem(baseUrl),
    data: await list(db),
  }))
  handle(server, saveSignInApp, async ({ body }) => {
    const id = await save(needs, body)
    const kept = (await list(db)).find(app => app.id === id)
    if (kept === undefined) throw new NotFound('sign-in app', { id })
    return kept
  })
  handle(server, removeSignInApp, async ({ params }) => await remove(db, params.id))
  const settings = (mailboxId: number) => getMailboxView(db, mailboxId)
  handle(server, startConsent, async ({ body, caller }) => await start(needs, caller.sessionId, body))
  handle(server, finishConsent, async ({ body, caller }) => {
    const { mailboxId, isNew } = await finish(needs, caller.sessionId, body)
    return { ...(await settings(mailboxId)), isNew }
  })
  handle(server, connectDelegated, async ({ body }) => await settings(await connect(needs, body)))
}
