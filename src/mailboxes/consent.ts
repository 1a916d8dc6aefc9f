import { inTransaction } from '../db/database.ts'
import { findByToken } from '../db/key-ring.ts'
import { AppError, NotFound, type RemoteFault } from '../lib/app-error.ts'
import { hashToken, newToken } from '../lib/secrets.ts'
import { normalAddress } from './connect-mailbox.ts'
import { type ConsentRow, insertConsent, isConnected, takeConsent } from './consent.queries.ts'
import { connectGranted, type GrantWish } from './granted-mailbox.ts'
import type { MailServer } from './mail-server.ts'
import type { MailboxNeeds } from './mailbox-needs.ts'
import { findMailboxRow } from './mailboxes.queries.ts'
import { nameOAuthFault } from './oauth-faults.ts'
import { consentUrl, delegatedTokens, renewTokens, takeCode } from './openid-provider.ts'
import { openSecret, sealSecret } from './sealed-secret.ts'
import { getSignInApp, redirectUriOf, refuseUnfitBase } from './sign-in-apps.ts'

/** What connecting by OAuth works with. */
export type ConsentNeeds = MailboxNeeds & { baseUrl: string }

/** What an admin wants of a provider: access to a mailbox that is connected, or to a new one. */
export type ConsentWish = {
  appId: number
  mailboxId?: number
  /** Of a new mailbox. */
  address?: string
  name?: string
  start?: GrantWish['start']
  imap?: MailServer
  smtp?: MailServer
  username?: string
  /** Somebody else signs in, who may open the mailbox (a shared mailbox of Microsoft 365). */
  isShared: boolean
}

const lifeS = 10 * 60 // a person finds a phone and types a code within it
/** What the verifier of a consent is sealed for. */
export const verifierContext = 'consent_start|verifier_sealed'

/**
 * Begins a consent. It is given in the browser of this session, once, within ten minutes.
 *
 * @returns the provider's page to go to
 * @throws NotFound; AppError `mailbox-exists`, `bad-address`, `base-url-unfit`; RemoteFault as `nameOAuthFault`
 */
export async function startConsent(
  needs: ConsentNeeds,
  sessionId: number,
  wish: ConsentWish,
): Promise<{ url: string }> {
  const { db, keys, trust, baseUrl } = needs
  refuseUnfitBase(baseUrl)
  const app = await getSignInApp(db, keys, wish.appId)
  if (app.kind === 'google_delegation') throw new NotFound('sign-in app', { appId: app.id })
  const grant = await readWish(needs, wish)
  const secrets = { state: newToken(), nonce: newToken(), verifier: newToken() }
  const loginHint = wish.isShared ? null : grant.address
  const url = await consentUrl(app, { trust, redirectUri: redirectUriOf(baseUrl) }, { secrets, loginHint })
  const { state, nonce, verifier } = secrets
  await inTransaction(db, tx =>
    insertConsent(tx, {
      stateHash: hashToken(keys.active('links').secret, state),
      sessionId,
      appId: app.id,
      mailboxId: grant.mailboxId,
      wish: JSON.stringify({ ...grant, isShared: wish.isShared }),
      nonce,
      verifier: sealSecret(keys, verifierContext, verifier),
      lifeS,
    }),
  )
  return { url }
}

/**
 * Ends a consent with what the browser came back with: the code becomes tokens, the id token and the address it names are
 * checked, the refresh token is proven by using it once, and both mail servers have to take the access token. Only then
 * anything is stored.
 *
 * @param answer the parameters of the address the provider sent the browser to
 * @returns the id of the mailbox, and whether it was connected by this
 * @throws AppError `consent-unknown` for a state that is used, too old, or of another session; `other-address`;
 *   MailboxCheckFailed; RemoteFault as `nameOAuthFault` and `takeCode`
 */
export async function finishConsent(
  needs: ConsentNeeds,
  sessionId: number,
  answer: Record<string, string>,
): Promise<{ mailboxId: number; isNew: boolean }> {
  const { db, keys, trust, baseUrl } = needs
  const { state = '' } = answer
  const row = await findByToken(needs, { purpose: 'links', token: state }, stateHashes =>
    takeConsent(db, { stateHashes, sessionId }),
  )
  if (row === undefined) throw new AppError('consent-unknown', 'no such consent was begun in this session')
  if (answer.error !== undefined) throw nameRefusal(answer)
  const app = await getSignInApp(db, keys, row.sign_in_app_id)
  const stored = { sealed: row.verifier_sealed, keyId: row.verifier_key_id }
  const secrets = { state, nonce: row.nonce, verifier: await openSecret(keys, verifierContext, stored) }
  const taken = await takeCode(app, { trust, redirectUri: redirectUriOf(baseUrl) }, { secrets, answer })
  const { isShared, ...wish } = wishOf(row)
  const grantedTo = refuseOther(taken.addresses, wish.address, isShared)
  const renewed = await renewTokens(app, trust, taken.tokens.refreshToken)
  const tokens = {
    ...renewed,
    refreshToken: renewed.refreshToken ?? taken.tokens.refreshToken,
    refreshLifeS: renewed.refreshLifeS ?? (renewed.refreshToken === null ? taken.tokens.refreshLifeS : null),
  }
  const mailboxId = await connectGranted(needs, wish, { app, grantedTo, tokens })
  return { mailboxId, isNew: wish.mailboxId === null }
}

/**
 * Connects a mailbox by a service account that may act for its whole domain: nobody has to consent.
 *
 * @returns the id of the mailbox
 * @throws NotFound; MailboxCheckFailed; AppError `mailbox-exists`, `bad-address`; RemoteFault as `nameOAuthFault`
 */
export async function connectDelegated(
  needs: ConsentNeeds,
  given: Omit<ConsentWish, 'isShared'>,
): Promise<number> {
  const { db, keys, trust, clock } = needs
  const app = await getSignInApp(db, keys, given.appId)
  if (app.kind !== 'google_delegation') throw new NotFound('service account', { appId: app.id })
  const wish = await readWish(needs, given)
  const { address } = wish
  const tokens = await delegatedTokens(app, trust, { address, nowMs: clock.now().getTime() })
  return await connectGranted(needs, wish, { app, grantedTo: null, tokens })
}

async function readWish(
  { db }: ConsentNeeds,
  { appId: _, mailboxId, address, name, start, ...servers }: Omit<ConsentWish, 'isShared'>,
): Promise<GrantWish> {
  const wished = { name: name ?? '', start: start ?? { rule: 'now' as const }, ...servers }
  if (mailboxId !== undefined) {
    const row = await findMailboxRow(db, mailboxId)
    if (row?.kind !== 'imap') throw new NotFound('mailbox', { mailboxId })
    return { ...wished, mailboxId, address: row.address, name: row.name }
  }
  const wanted = normalAddress(address ?? '')
  if (await isConnected(db, wanted)) {
    throw new AppError('mailbox-exists', 'a mailbox with this address is connected', { address: wanted })
  }
  return { ...wished, mailboxId: null, address: wanted, name: wished.name || wanted }
}

/** Our own words, written by `startConsent`. */
function wishOf(row: ConsentRow): GrantWish & { isShared: boolean } {
  return row.wish as GrantWish & { isShared: boolean }
}

/** @returns who signed in: of a shared mailbox another than its address @throws AppError `other-address` */
function refuseOther(named: readonly string[], wanted: string, isShared: boolean): string | null {
  const own = named.find(address => address === wanted.toLowerCase())
  const [granted = null] = named
  if (own !== undefined || isShared) return own ?? granted
  throw new AppError('other-address', 'somebody else has signed in', { wanted, granted: granted ?? '' })
}

/** The person or the provider said no, on its page. */
function nameRefusal({ error, error_description }: Record<string, string>): RemoteFault {
  return nameOAuthFault(Object.assign(new Error('refused'), { error, error_description }))
}
