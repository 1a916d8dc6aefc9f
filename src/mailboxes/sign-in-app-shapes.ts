import { createPrivateKey } from 'node:crypto'
import { isIP } from 'node:net'
import { AppError } from '../lib/app-error.ts'
import type { SignInApp } from './openid-provider.ts'
import { issuerOf, KIND_FACTS } from './sign-in-kinds.ts'

/** What an admin pastes of an app; of a service account the JSON file of its key. */
export type TypedSignInApp =
  | { kind: 'google'; clientId: string; clientSecret: string }
  | {
      kind: 'microsoft'
      tenant: string
      clientId: string
      clientSecret: string
      secretExpiresOn?: string | null
    }
  | {
      kind: 'openid'
      name: string
      issuer: string
      clientId: string
      clientSecret: string
      scopes: string
    }
  | { kind: 'google_delegation'; keyFile: string }

/** What is wrong with what was pasted, seen without asking anybody. */
export type SignInAppProblem =
  | 'swapped'
  | 'google-client-id'
  | 'microsoft-client-id'
  | 'secret-id'
  | 'tenant'
  | 'issuer'
  | 'scopes'
  | 'key-file'

/** Why the address of this desk cannot be sent back to, or null. Google and Microsoft refuse the same. */
export type BaseUrlProblem = 'not-https' | 'ip-address'

const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const googleId = /^[\w-]+\.apps\.googleusercontent\.com$/
const tenantWord = /^(?:common|organizations|consumers)$/
const domain = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/i

/**
 * Reads what was pasted into an app with its name.
 *
 * @throws AppError `bad-sign-in-app` with `details.problem`
 */
export function readSignInApp(typed: TypedSignInApp): SignInApp & { name: string } {
  if (typed.kind === 'google_delegation') return readKeyFile(typed.keyFile)
  const clientId = typed.clientId.trim()
  const secret = typed.clientSecret.trim()
  const problem = problemOf(typed, clientId, secret)
  if (problem !== null) throw badApp(problem)
  const tenant = typed.kind === 'microsoft' ? { tenant: typed.tenant.trim().toLowerCase() } : {}
  const issuer = typed.kind === 'openid' ? { issuer: typed.issuer.trim().replace(/\/$/, '') } : {}
  return {
    kind: typed.kind,
    name: nameOf(typed),
    issuer: issuerOf({ kind: typed.kind, ...tenant, ...issuer }),
    clientId,
    secret,
    scopes: typed.kind === 'openid' ? typed.scopes.trim() : KIND_FACTS[typed.kind].mailScopes,
  }
}

/** Whether providers send people back to this address: https, or http on localhost, and never a bare IP address. */
export function baseUrlProblem(baseUrl: string): BaseUrlProblem | null {
  const { hostname, protocol } = new URL(baseUrl)
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) return 'ip-address'
  return protocol === 'https:' || hostname === 'localhost' ? null : 'not-https'
}

type TypedClient = Exclude<TypedSignInApp, { kind: 'google_delegation' }>

function problemOf(typed: TypedClient, clientId: string, secret: string): SignInAppProblem | null {
  if (typed.kind === 'google') return googleProblem(clientId, secret)
  if (typed.kind === 'microsoft') return microsoftProblem(typed.tenant.trim(), clientId, secret)
  const url = URL.parse(typed.issuer.trim())
  if (url?.protocol !== 'https:' || url.search !== '' || url.hash !== '' || url.username !== '')
    return 'issuer'
  return /^[\x21-\x7e]+(?: +[\x21-\x7e]+)*$/.test(typed.scopes.trim()) ? null : 'scopes'
}

function googleProblem(clientId: string, secret: string): SignInAppProblem | null {
  if (googleId.test(secret) || clientId.startsWith('GOCSPX-')) return 'swapped'
  return googleId.test(clientId) ? null : 'google-client-id'
}

function microsoftProblem(tenant: string, clientId: string, secret: string): SignInAppProblem | null {
  if (guid.test(secret)) return guid.test(clientId) ? 'secret-id' : 'swapped'
  if (!guid.test(clientId)) return 'microsoft-client-id'
  return guid.test(tenant) || tenantWord.test(tenant) || domain.test(tenant) ? null : 'tenant'
}

function nameOf(typed: TypedClient): string {
  if (typed.kind === 'google') return 'Google'
  if (typed.kind === 'openid') return typed.name.trim()
  return `Microsoft (${typed.tenant.trim().toLowerCase()})`
}

/** The file Google gives for a key of a service account. */
function readKeyFile(text: string): SignInApp & { name: string } {
  const file = parseObject(text)
  const { client_email: clientId, private_key: secret, token_uri: issuer } = file
  const isOne = file.type === 'service_account' && [clientId, secret, issuer].every(isText)
  if (!isOne || URL.parse(String(issuer))?.protocol !== 'https:' || !isPrivateKey(String(secret))) {
    throw badApp('key-file')
  }
  const scopes = KIND_FACTS.google_delegation.mailScopes
  const app = { clientId: String(clientId), secret: String(secret), issuer: String(issuer), scopes }
  return { kind: 'google_delegation', name: 'Google Workspace', ...app }
}

function parseObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {} // not JSON: the same as a file without what we look for
  }
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== ''
}

function isPrivateKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa'
  } catch {
    return false // no key: said as such by the caller
  }
}

function badApp(problem: SignInAppProblem): AppError {
  return new AppError('bad-sign-in-app', `what was pasted is no such app: ${problem}`, { problem })
}
