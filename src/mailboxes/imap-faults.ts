import { RemoteFault } from '../lib/app-error.ts'
import { nameNetworkFault } from './network-faults.ts'

/** The facts an IMAP client leaves on an error; every field may be missing. */
type ClientError = Error & {
  code?: unknown
  authenticationFailed?: unknown
  serverResponseCode?: unknown
  responseStatus?: unknown
  responseText?: unknown
  response?: unknown
  reason?: unknown
  throttleReset?: unknown
}

type Reading = { code: string; retry: boolean }

// Response codes of a refused sign-in (RFC 5530 §3). The client calls every refused sign-in a failed
// authentication, also a server that is full or resting: only the code, then the words, tell them apart.
const RESPONSE_CODES: Readonly<Record<string, Reading>> = {
  AUTHENTICATIONFAILED: { code: 'wrong-password', retry: false },
  AUTHORIZATIONFAILED: { code: 'wrong-password', retry: false },
  EXPIRED: { code: 'password-expired', retry: false },
  PRIVACYREQUIRED: { code: 'no-encryption', retry: false },
  UNAVAILABLE: { code: 'server-unavailable', retry: true },
  INUSE: { code: 'server-unavailable', retry: true },
  SERVERBUG: { code: 'server-unavailable', retry: true },
  LIMIT: { code: 'too-many-connections', retry: true },
  THROTTLED: { code: 'too-many-connections', retry: true },
  OVERQUOTA: { code: 'mailbox-full', retry: true },
  NONEXISTENT: { code: 'folder-not-found', retry: true },
  NOPERM: { code: 'server-said-no', retry: true },
  CONTACTADMIN: { code: 'server-said-no', retry: true },
}

/** How providers ask for a password made for programs: Gmail, mail.ru, Yahoo, iCloud. */
export const APP_PASSWORD_WORDS = /app(?:lication)?(?:[- ]specific)?[- ]password/i

/** How providers say that IMAP or SMTP is switched off for this mailbox. */
export const SWITCHED_OFF_WORDS =
  /not enabled for imap|(?:imap|pop3|smtp)[^.]{0,40}(?:is|are|been) (?:disabled|not enabled|switched off)|enable imap|does not have access rights to this service|not activated for (?:imap|pop3)/i

/** How providers say that the account as a whole is locked. */
export const BLOCKED_WORDS =
  /account (?:has been |is )?(?:temporarily )?(?:blocked|locked|suspended|disabled)/i

/** Gmail's words, under the response code of a full mailbox, where a day's 2,500 MB are used up. */
const DOWNLOAD_WORDS = /bandwidth limit/i

/** How providers say that there were too many sign-ins in a short time. */
export const ATTEMPTS_WORDS =
  /too many (?:bad |failed |invalid )?(?:auth|login|sign)[a-z -]*(?:attempts|failures)?/i

// What servers without response codes say, in this order; the first that fits names the cause.
const WORDS: readonly (Reading & { words: RegExp })[] = [
  { words: APP_PASSWORD_WORDS, code: 'app-password-required', retry: false },
  // Gmail's words for a sign-in it finds suspicious; the page it links to lets the next one in.
  { words: /web login required|log ?in via your web browser/i, code: 'web-login-required', retry: false },
  // Gmail, Yandex, Zoho, GMX: the mailbox is there, but mail programs are kept out.
  { words: SWITCHED_OFF_WORDS, code: 'imap-disabled', retry: false },
  { words: BLOCKED_WORDS, code: 'account-blocked', retry: false },
  { words: ATTEMPTS_WORDS, code: 'too-many-attempts', retry: true },
  {
    words: /too many|simultaneous|connection limit|maximum number of/i,
    code: 'too-many-connections',
    retry: true,
  },
  {
    words: /temporar|unavailable|try again|internal error|timed? ?out/i,
    code: 'server-unavailable',
    retry: true,
  },
]

const LIMIT_CODES = ['LiteralTooLarge', 'LineTooLarge', 'ResponseTooLarge']
const TIMEOUT_CODES = ['CONNECT_TIMEOUT', 'UPGRADE_TIMEOUT', 'ETIMEOUT']
const LOST_CODES = [
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
]
const UNREADABLE_CODES = [
  'UnexpectedTag',
  'InvalidResponse',
  'ResponseProcessingFailed',
  'MAX_IMAP_NESTING_REACHED',
]

/**
 * Turns whatever an IMAP connection raised into a RemoteFault with a stable code: those of `nameNetworkFault`, and
 * wrong-password, app-password-required, password-expired, web-login-required, imap-disabled, account-blocked,
 * too-many-attempts, too-many-connections, server-unavailable, mailbox-full, download-limit, folder-not-found,
 * server-said-no, answer-too-large, unreadable-answer. `details.serverText` has the server's own words where it said
 * any.
 */
export function nameImapFault(error: unknown): RemoteFault {
  if (error instanceof RemoteFault) return error
  const network = nameNetworkFault(error)
  if (network !== undefined) return network
  const fault: ClientError = error instanceof Error ? error : new Error(String(error))
  const serverText = textOf(fault)
  const { code, retry } = readClientError(fault, serverText)
  return new RemoteFault(code, fault.message, { retry, serverText }, { cause: error })
}

function readClientError(fault: ClientError, serverText: string | null): Reading {
  const refusal = readRefusal(fault, serverText)
  if (refusal !== undefined) return refusal
  const code = String(fault.code ?? '')
  if (LIMIT_CODES.includes(code)) return { code: 'answer-too-large', retry: true }
  if (UNREADABLE_CODES.includes(code) || code.startsWith('ParserError')) {
    return { code: 'unreadable-answer', retry: true }
  }
  // A server that waits for TLS says nothing to a client that waits for its greeting.
  if (code === 'GREETING_TIMEOUT') return { code: 'wrong-tls-mode', retry: true }
  if (TIMEOUT_CODES.includes(code)) return { code: 'connection-timeout', retry: true }
  if (code === 'ETHROTTLE') return { code: 'too-many-connections', retry: true }
  if (code === 'STARTTLS_INJECTION' || /STARTTLS/.test(fault.message))
    return { code: 'no-encryption', retry: true }
  return { code: LOST_CODES.includes(code) ? 'connection-lost' : 'server-said-no', retry: true }
}

function readRefusal(fault: ClientError, serverText: string | null): Reading | undefined {
  if (serverText !== null && DOWNLOAD_WORDS.test(serverText)) return { code: 'download-limit', retry: true }
  const coded = RESPONSE_CODES[String(fault.serverResponseCode ?? '').toUpperCase()]
  if (coded !== undefined && coded.code !== 'wrong-password') return coded
  if (serverText !== null) {
    const worded = WORDS.find(({ words }) => words.test(serverText))
    if (worded !== undefined) return { code: worded.code, retry: worded.retry }
  }
  if (coded !== undefined) return coded
  const isRefused = fault.authenticationFailed === true && fault.responseStatus === 'NO'
  return isRefused ? { code: 'wrong-password', retry: false } : undefined
}

function textOf({ responseText, response, reason }: ClientError): string | null {
  const said = [responseText, response, reason].find(text => typeof text === 'string' && text !== '')
  return typeof said === 'string' ? said.slice(0, 500) : null
}
