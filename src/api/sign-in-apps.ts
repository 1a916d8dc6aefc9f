import { NotFound } from '../lib/app-error.ts'
import { baseUrlProblem } from '../mailboxes/sign-in-app-shapes.ts'
import {
  listSignInApps as list,
  redirectUriOf,
  removeSignInApp as remove,
  type SignInAppNeeds,
  saveSignInApp as save,
} from '../mailboxes/sign-in-apps.ts'
import { listSignInApps, removeSignInApp, saveSignInApp } from '../shared/sign-in-apps.ts'
import { type ApiServer, handle } from './handle.ts'

/** Registers the apps by which mailboxes sign in at their providers. */
export function registerSignInApps(server: ApiServer, needs: SignInAppNeeds): void {
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
}
