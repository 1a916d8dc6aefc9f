import {
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  clientCredentialsGrant,
  customFetch,
  discovery,
  genericGrantRequest,
} from 'openid-client'
import { RemoteFault } from '../lib/app-error.ts'
import type { SignInKind } from '../shared/vocabulary.ts'
import { guardedFetch } from './guarded-fetch.ts'
import type { Trust } from './host-guard.ts'
import { nameOAuthFault } from './oauth-faults.ts'

/** An app as it signs in at its provider, its secret opened. Of a service account the secret is its private key, PEM. */
export type SignInApp = {
  kind: SignInKind
  issuer: string
  clientId: string
  secret: string
  /** What IMAP and SMTP need, separated by blanks. */
  scopes: string
}

type Context = { trust: Trust; redirectUri: string }

const timeoutS = 15

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
