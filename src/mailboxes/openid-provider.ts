import { createPrivateKey, sign } from 'node:crypto'
import {
  type AuthorizationCodeGrantChecks,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  genericGrantRequest,
  refreshTokenGrant,
} from 'openid-client'
import { RemoteFault } from '../lib/app-error.ts'
import type { SignInKind } from '../shared/vocabulary.ts'
import { guardedFetch } from './guarded-fetch.ts'
import type { Trust } from './host-guard.ts'
import { nameOAuthFault } from './oauth-faults.ts'
import { KIND_FACTS } from './sign-in-kinds.ts'

/** An app as it signs in at its provider, its secret opened. Of a service account the secret is its private key, PEM. */
export type SignInApp = {
  kind: SignInKind
  issuer: string
  clientId: string
  secret: string
  /** What IMAP and SMTP need, separated by blanks. */
  scopes: string
}

/** Tokens as a provider gave them. Never logged, never sent to a browser. */
export type Tokens = {
  accessToken: string
  refreshToken: string | null
  /** Of the access token. */
  lifeS: number
  /** How long the refresh token goes on; null where the provider does not tell. */
  refreshLifeS: number | null
}

/** What a consent was begun with: known to us and to nobody else. */
export type ConsentSecrets = { state: string; nonce: string; verifier: string }

type Context = { trust: Trust; redirectUri: string }

const timeoutS = 15 // a lease of token renewal lives longer, see access-tokens.ts
const longestLifeS = 10 * 366 * 86_400 // what is said to end later than that is said not to end
const unsaidLifeS = 600 // `expires_in` is only recommended (RFC 6749 §5.1)

/**
 * The page on which a person consents: by authorization code with PKCE, bound to state and nonce.
 *
 * @param loginHint the address the provider may fill in; null where another person signs in
 * @throws RemoteFault as `nameOAuthFault`
 */
export async function consentUrl(
  app: SignInApp,
  context: Context,
  asked: { secrets: ConsentSecrets; loginHint: string | null },
): Promise<string> {
  return await named(async () => {
    const { identityScopes, params } = KIND_FACTS[app.kind]
    const { state, nonce, verifier } = asked.secrets
    const url = buildAuthorizationUrl(await discover(app, context.trust), {
      redirect_uri: context.redirectUri,
      scope: `${identityScopes} ${app.scopes}`.trim(),
      state,
      nonce,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...(asked.loginHint === null ? {} : { login_hint: asked.loginHint }),
      ...params,
    })
    if (url.protocol === 'https:') return url.href
    throw new RemoteFault('sign-in-answer-wrong', 'its page is not on https', { retry: false })
  })
}

/**
 * Takes the code of a consent for tokens. The id token's signature, issuer, audience and nonce are verified, and so are the
 * answer's state and, where the provider says it, its issuer (RFC 9207).
 *
 * @param answer the parameters the browser came back with
 * @returns whom the provider named, in lower case, best first
 * @throws RemoteFault as `nameOAuthFault`; `scope-missing` where mail was not consented to, `no-refresh-token`
 */
export async function takeCode(
  app: SignInApp,
  context: Context,
  taken: { secrets: ConsentSecrets; answer: Record<string, string> },
): Promise<{ tokens: Tokens & { refreshToken: string }; addresses: string[] }> {
  const { secrets, answer } = taken
  const checks: AuthorizationCodeGrantChecks = {
    pkceCodeVerifier: secrets.verifier,
    expectedState: secrets.state,
    expectedNonce: secrets.nonce,
    idTokenExpected: true,
  }
  const url = new URL(context.redirectUri)
  url.search = new URLSearchParams(answer).toString()
  const { granted, addresses } = await named(async () => {
    const provider = await discover(app, context.trust)
    enableNonRepudiationChecks(provider)
    const answered = await authorizationCodeGrant(provider, url, checks)
    const claims = answered.claims()
    const known = addressesIn(claims ?? {})
    if (known.length > 0 || claims === undefined) return { granted: answered, addresses: known }
    const told = await fetchUserInfo(provider, answered.access_token, claims.sub)
    return { granted: answered, addresses: addressesIn(told) }
  })
  const missing = missingScopes(app.scopes, granted.scope)
  if (missing.length > 0) {
    throw new RemoteFault('scope-missing', `not consented: ${missing.join(' ')}`, { retry: false, missing })
  }
  const { refreshToken, ...tokens } = tokensOf(granted)
  if (refreshToken === null) throw new RemoteFault('no-refresh-token', 'no refresh token', { retry: false })
  return { tokens: { ...tokens, refreshToken }, addresses }
}

/**
 * Renews tokens.
 *
 * @returns with the new refresh token where the provider rotates it, else null
 * @throws RemoteFault as `nameOAuthFault`
 */
export async function renewTokens(app: SignInApp, trust: Trust, refreshToken: string): Promise<Tokens> {
  return await named(async () => tokensOf(await refreshTokenGrant(await discover(app, trust), refreshToken)))
}

/**
 * A token for one mailbox from a service account with domain-wide delegation: a signed wish (RFC 7523), no consent of a
 * person.
 *
 * @param asked the mailbox, and the time the wish is dated with
 * @throws RemoteFault as `nameOAuthFault`
 */
export async function delegatedTokens(
  app: SignInApp,
  trust: Trust,
  asked: { address: string; nowMs: number },
): Promise<Tokens> {
  const issuedS = Math.floor(asked.nowMs / 1000)
  const wish = { iss: app.clientId, sub: asked.address, scope: app.scopes, aud: app.issuer }
  const assertion = signedJwt(app.secret, { ...wish, iat: issuedS, exp: issuedS + 600 })
  return await named(async () => {
    const server = { issuer: new URL(app.issuer).origin, token_endpoint: app.issuer }
    const provider = new Configuration(server, app.clientId, {}, () => undefined)
    provider[customFetch] = guardedFetch(trust)
    provider.timeout = timeoutS
    const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
    return tokensOf(await genericGrantRequest(provider, grant, { assertion }))
  })
}

/**
 * Tries an app at its provider before it is kept: for a token of its own at a tenant of Microsoft, elsewhere with a code
 * nobody gave, which a provider that knows the app refuses as such.
 *
 * @throws RemoteFault as `nameOAuthFault` where it is the app that is refused, or nobody answers
 */
export async function probeApp(app: SignInApp, context: Context): Promise<void> {
  const provider = await named(() => discover(app, context.trust))
  const isTenant = app.kind === 'microsoft' && !/\/(?:common|organizations|consumers)\//.test(app.issuer)
  try {
    await named(async () => {
      if (isTenant)
        await clientCredentialsGrant(provider, { scope: 'https://outlook.office365.com/.default' })
      else await genericGrantRequest(provider, 'authorization_code', madeUpCode(context.redirectUri))
    })
  } catch (fault) {
    const isExpected = fault instanceof RemoteFault && ['grant-ended', 'sign-in-refused'].includes(fault.code)
    if (!isExpected) throw fault
  }
}

function madeUpCode(redirectUri: string): Record<string, string> {
  const code = 'letterdesk-asks-whether-this-app-is-known'
  return { code, redirect_uri: redirectUri, code_verifier: code }
}

async function named<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw nameOAuthFault(error)
  }
}

async function discover(app: SignInApp, trust: Trust): Promise<Configuration> {
  const fetch = guardedFetch(trust)
  return await discovery(new URL(app.issuer), app.clientId, undefined, bySecret(app.secret), {
    [customFetch]: fetch,
    timeout: timeoutS,
  })
}

/** In the way the provider says it takes; in the header where it says nothing (OpenID Connect Discovery §3). */
function bySecret(secret: string): ClientAuth {
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    const show = methods.includes('client_secret_post') ? ClientSecretPost(secret) : ClientSecretBasic(secret)
    show(server, client, body, headers)
  }
}

type Granted = {
  access_token: string
  refresh_token?: string
  expires_in?: number
  scope?: string
  [field: string]: unknown
}

function tokensOf(granted: Granted): Tokens {
  return {
    accessToken: granted.access_token,
    refreshToken: granted.refresh_token ?? null,
    lifeS: Math.max(10, granted.expires_in ?? unsaidLifeS),
    refreshLifeS: refreshLifeOf(granted),
  }
}

/**
 * No standard has it: Google and Azure AD B2C say `refresh_token_expires_in`, Keycloak `refresh_expires_in`, where 0 is a
 * token without an end. Microsoft 365 says nothing.
 */
function refreshLifeOf(granted: Granted): number | null {
  const lifeS = Number(granted.refresh_token_expires_in ?? granted.refresh_expires_in ?? 0)
  return lifeS > 0 && lifeS < longestLifeS ? Math.ceil(lifeS) : null
}

function addressesIn(claims: Record<string, unknown>): string[] {
  const email = claims.email_verified === false ? undefined : claims.email
  const named = [email, claims.preferred_username, claims.upn]
  const addresses = named.filter(one => typeof one === 'string' && one.includes('@')) as string[]
  return [...new Set(addresses.map(address => address.toLowerCase()))]
}

/**
 * The scopes that were asked for and not granted. They are compared by their last word too, since a provider may name its
 * resource another way. Where it says nothing, all are granted (RFC 6749 §5.1).
 */
function missingScopes(asked: string, granted: string | undefined): string[] {
  if (granted === undefined) return []
  const has = granted.toLowerCase().split(/\s+/)
  return asked.split(/\s+/).filter(scope => {
    const wanted = scope.toLowerCase()
    const last = wanted.slice(wanted.lastIndexOf('/') + 1)
    return wanted !== '' && !has.some(one => one === wanted || (last !== '' && one.endsWith(`/${last}`)))
  })
}

function signedJwt(privateKey: string, claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const said = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`
  return `${said}.${sign('RSA-SHA256', Buffer.from(said), createPrivateKey(privateKey)).toString('base64url')}`
}
