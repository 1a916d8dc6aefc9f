import { AppError, RemoteFault } from '../lib/app-error.ts'
import { nameNetworkFault } from './network-faults.ts'

/** What an OAuth client leaves on an error; every field may be missing. */
type ClientError = Error & {
  error?: unknown
  error_description?: unknown
  status?: unknown
  response?: unknown
}

// What Google and Microsoft say in their descriptions names the cause better than the code of the standard, in this order.
// AADSTS: learn.microsoft.com/entra/identity-platform/reference-error-codes
const WORDS: readonly (readonly [RegExp, string])[] = [
  [
    /AADSTS(?:65001|65005|90094|90095|900941)\b|admin_policy_enforced|consent_required/i,
    'admin-approval-needed',
  ],
  [/AADSTS65004\b/, 'consent-refused'],
  [/AADSTS(?:7000215|7000222|7000218)\b/, 'app-secret-refused'],
  [/AADSTS700016\b|deleted_client/, 'app-unknown'],
  [/AADSTS(?:50011|500113)\b|redirect_uri/, 'redirect-refused'],
  [/AADSTS(?:50020|90072|90002)\b|org_internal/, 'outside-organisation'],
]

// RFC 6749 §4.1.2.1 and §5.2, OpenID Connect Core §3.1.2.6.
const CODES: Readonly<Record<string, string>> = {
  invalid_grant: 'grant-ended',
  invalid_client: 'app-secret-refused',
  unauthorized_client: 'app-not-permitted',
  access_denied: 'consent-refused',
  admin_policy_enforced: 'admin-approval-needed',
  consent_required: 'admin-approval-needed',
  org_internal: 'outside-organisation',
  redirect_uri_mismatch: 'redirect-refused',
  invalid_scope: 'scope-missing',
}

const TRANSIENT = ['temporarily_unavailable', 'server_error', 'slow_down']

/**
 * Names what a provider of sign-ins answered, or that it did not: grant-ended, app-secret-refused, app-unknown,
 * app-not-permitted, redirect-refused, admin-approval-needed, outside-organisation, consent-refused, scope-missing, all
 * final until a person does something; sign-in-service-away for 429, 5xx, silence and an answer that is none,
 * issuer-unknown and sign-in-answer-wrong for one that does not fit, which another try may cure. `details.serverText`
 * has the provider's own words. The origin is left out: it may hold tokens.
 */
export function nameOAuthFault(error: unknown): RemoteFault {
  const named = findNamed(error)
  if (named !== undefined) return named
  const refusal = findRefusal(error)
  if (refusal === undefined) return nameNoAnswer(error)
  const { error: code, error_description: description, status } = refusal
  const serverText = [code, description]
    .filter(one => typeof one === 'string')
    .join(': ')
    .slice(0, 500)
  const isBusy = typeof status === 'number' && (status === 429 || status >= 500)
  if (isBusy || TRANSIENT.includes(String(code))) return away(serverText, retryAfterS(error))
  const worded = WORDS.find(([words]) => words.test(serverText))?.[1]
  const told = worded ?? CODES[String(code)] ?? 'sign-in-refused'
  return new RemoteFault(told, serverText, { retry: false, serverText })
}

// What the client itself found wrong with an answer that came.
const UNFIT = /^OAUTH_(?:JWT_|INVALID_RESPONSE|JSON_ATTRIBUTE|KEY_SELECTION)/

function nameNoAnswer(error: unknown): RemoteFault {
  const serverText = wordsOfSilence(error)
  const { code, cause } = (error ?? {}) as { code?: unknown; cause?: unknown }
  if (cause instanceof Response && [400, 404].includes(cause.status)) {
    return new RemoteFault('issuer-unknown', serverText, { retry: true, serverText })
  }
  if (UNFIT.test(String(code))) {
    return new RemoteFault('sign-in-answer-wrong', serverText, { retry: true, serverText })
  }
  return away(serverText, retryAfterS(error))
}

function away(serverText: string, afterS?: number): RemoteFault {
  const wait = afterS === undefined ? {} : { afterS }
  return new RemoteFault('sign-in-service-away', serverText, { retry: true, serverText, ...wait })
}

// What we said ourselves of the way there or of the answer.
const OURS = ['host-not-allowed', 'sign-in-answer-wrong']

function findNamed(error: unknown): RemoteFault | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof RemoteFault && OURS.includes(each.code)) return each
  }
  return undefined
}

/** The refusal itself, which a client may have wrapped. One in a header (RFC 6749 §5.2) is about the app's secret. */
function findRefusal(error: unknown): ClientError | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('error' in each && typeof each.error === 'string') return each
    if (each.name === 'WWWAuthenticateChallengeError') return Object.assign(each, { error: 'invalid_client' })
  }
  return undefined
}

/** Of an answer that was readable, or of one that was none. */
function retryAfterS(error: unknown): number | undefined {
  for (let each = error; each instanceof Error; each = each.cause) {
    const answer = [(each as ClientError).response, each.cause].find(one => one instanceof Response)
    const said = Number(answer?.headers.get('retry-after') ?? 0)
    if (Number.isFinite(said) && said > 0) return said
  }
  return undefined
}

function wordsOfSilence(error: unknown): string {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof AppError) return each.code
    const network = nameNetworkFault(each)
    if (network !== undefined) return network.code
  }
  return error instanceof Error ? error.message.slice(0, 200) : 'no answer'
}
