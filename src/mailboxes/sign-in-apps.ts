import { type Db, inTransaction } from '../db/database.ts'
import { isForeignKeyViolation } from '../db/faults.ts'
import type { KeyRing } from '../db/key-ring.ts'
import type { Bells } from '../db/listen.ts'
import { AppError, NotFound } from '../lib/app-error.ts'
import type { SignInKind } from '../shared/vocabulary.ts'
import type { Trust } from './host-guard.ts'
import { probeApp, type SignInApp } from './openid-provider.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'
import { baseUrlProblem, readSignInApp, type TypedSignInApp } from './sign-in-app-shapes.ts'
import {
  deleteSignInApp,
  findSealedApp,
  listSignInAppRows,
  type SealedAppRow,
  upsertSignInApp,
} from './sign-in-apps.queries.ts'

/** What managing apps works with. */
export type SignInAppNeeds = {
  db: Db
  keys: KeyRing
  bells: Pick<Bells, 'ring'>
  trust: Trust
  baseUrl: string
}

/** An app as admins see it: never its secret. */
export type SignInAppView = {
  id: number
  kind: SignInKind
  name: string
  issuer: string
  clientId: string
  scopes: string
  /** A day, `2027-05-31`; null where nobody said. */
  secretExpiresOn: string | null
  /** How many mailboxes sign in by it. */
  mailboxes: number
}

/** The apps of this desk, by name. */
export async function listSignInApps(db: Db): Promise<SignInAppView[]> {
  return (await listSignInAppRows(db)).map(row => ({
    id: row.id,
    kind: row.kind,
    name: row.name,
    issuer: row.issuer,
    clientId: row.client_id,
    scopes: row.scopes,
    secretExpiresOn: row.secret_expires_on,
    mailboxes: row.mailboxes,
  }))
}

/** Where providers send people back to: to be entered there, letter by letter. */
export function redirectUriOf(baseUrl: string): string {
  return `${baseUrl}/oauth`
}

/**
 * Keeps an app, in place of an older one of the same provider, after its provider has said that it knows it. A service
 * account is kept as it is: it can only be tried for a mailbox.
 *
 * @returns the id
 * @throws AppError `bad-sign-in-app`, `base-url-unfit`; RemoteFault as `nameOAuthFault`
 */
export async function saveSignInApp(needs: SignInAppNeeds, typed: TypedSignInApp): Promise<number> {
  const app = readSignInApp(typed)
  if (app.kind !== 'google_delegation') {
    refuseUnfitBase(needs.baseUrl)
    await probeApp(app, { trust: needs.trust, redirectUri: redirectUriOf(needs.baseUrl) })
  }
  const secretExpiresOn = typed.kind === 'microsoft' ? (typed.secretExpiresOn ?? null) : null
  const { secret, ...plain } = app
  const sealed = sealSecret(needs.keys, secretContext(app), secret)
  const id = await inTransaction(needs.db, tx =>
    upsertSignInApp(tx, { ...plain, secret: sealed, secretExpiresOn }),
  )
  needs.bells.ring('mailboxes')
  return id
}

/** Removes an app. @throws NotFound; AppError `sign-in-app-used` while mailboxes sign in by it */
export async function removeSignInApp(db: Db, appId: number): Promise<void> {
  try {
    if (!(await deleteSignInApp(db, appId))) throw new NotFound('sign-in app', { appId })
  } catch (cause) {
    if (!isForeignKeyViolation(cause)) throw cause
    throw new AppError('sign-in-app-used', 'mailboxes sign in by this app', { appId }, { cause })
  }
}

/** Opens an app. @throws NotFound; AppError `cannot-open-secret` */
export async function getSignInApp(
  db: Db,
  keys: KeyRing,
  appId: number,
): Promise<SignInApp & { id: number }> {
  const row = await findSealedApp(db, appId)
  if (row === undefined) throw new NotFound('sign-in app', { appId })
  return { id: appId, ...(await openApp(keys, row)) }
}

/** An app as it signs in, from its row. @throws AppError `cannot-open-secret` */
export async function openApp(
  keys: KeyRing,
  row: Pick<SealedAppRow, 'kind' | 'issuer' | 'client_id' | 'scopes' | 'secret_sealed' | 'secret_key_id'>,
): Promise<SignInApp> {
  const stored = { sealed: row.secret_sealed, keyId: row.secret_key_id }
  const { kind, issuer, client_id: clientId, scopes } = row
  return { kind, issuer, clientId, scopes, secret: await openSecret(keys, secretContext(row), stored) }
}

/** @throws AppError `base-url-unfit` where no provider would send people back */
export function refuseUnfitBase(baseUrl: string): void {
  const problem = baseUrlProblem(baseUrl)
  if (problem === null) return
  throw new AppError('base-url-unfit', `BASE_URL cannot be sent back to: ${problem}`, { problem, baseUrl })
}

/** What the secret of an app is sealed for: kind and issuer name the row, and never change. */
export function secretContext({ kind, issuer }: { kind: string; issuer: string }): string {
  return `sign_in_app|${kind} ${issuer}|secret_sealed`
}
