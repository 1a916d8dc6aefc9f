import { RemoteFault } from '../lib/app-error.ts'
import { APP_PASSWORD_WORDS, ATTEMPTS_WORDS, BLOCKED_WORDS, SWITCHED_OFF_WORDS } from './imap-faults.ts'
import { nameNetworkFault } from './network-faults.ts'

/** What a mail server answered: reply code, enhanced status code (RFC 3463) and its words on one line. */
export type SmtpReply = { code: number; enhanced: string | null; text: string }

/** Where in the session an answer came. */
export type SmtpStage = 'connect' | 'sign-in' | 'mail' | 'recipient' | 'data' | 'final'

/** A server that answered and said no. `retry` by the reply class (RFC 5321 §4.2.1). */
export class SmtpRefused extends RemoteFault {
  readonly reply: SmtpReply
  readonly stage: SmtpStage

  constructor(code: string, refusal: { reply: SmtpReply; stage: SmtpStage }, options?: ErrorOptions) {
    const { reply, stage } = refusal
    const details = {
      retry: reply.code < 500,
      reply: reply.code,
      enhanced: reply.enhanced,
      stage,
      serverText: reply.text,
    }
    super(code, `the server answered ${reply.code} ${reply.enhanced ?? ''}`.trim(), details, options)
    this.reply = reply
    this.stage = stage
  }
}

/** What an SMTP client leaves on an error. */
type ClientError = Error & {
  code?: string | undefined
  originalCode?: string | undefined
  response?: string | undefined
  command?: string | undefined
  timeoutType?: string | undefined
}

const maxTextChars = 1_000

/**
 * Reads a whole reply, also of several lines, as it came; undefined when it has no code.
 *
 * The text is on one line, without codes and control characters, at most 1,000 characters.
 */
export function readReply(response: string | undefined): SmtpReply | undefined {
  const lines = (response ?? '').split(/\r?\n/)
  const code = Number(/^([2-5]\d\d)(?:[ -]|$)/.exec(lines[0] ?? '')?.[1])
  if (Number.isNaN(code)) return undefined
  const enhanced = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?= |$)/.exec(lines[0] ?? '')?.[1] ?? null
  const words = lines.map(line =>
    line.replace(/^\d{3}(?:[ -]|$)(?:[245]\.\d{1,3}\.\d{1,3}(?= |$))?/, '').trim(),
  )
  const text = words
    .join(' ')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is cut
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
    .trim()
    .slice(0, maxTextChars)
  return { code, enhanced, text }
}

/**
 * Turns whatever an SMTP connection raised into a RemoteFault: those of `nameNetworkFault`, and
 * SmtpRefused with wrong-password, app-password-required, smtp-auth-off, web-login-required, imap-disabled,
 * account-blocked, too-many-attempts, server-unavailable, no-encryption or server-said-no.
 */
export function nameSmtpFault(error: unknown, stage: SmtpStage): RemoteFault {
  if (error instanceof RemoteFault) return error
  const fault: ClientError = error instanceof Error ? error : new Error(String(error))
  const reply = readReply(fault.response)
  if (reply !== undefined)
    return new SmtpRefused(refusalCode(reply, stage, fault), { reply, stage }, { cause: error })
  const origin = Object.assign(new Error(fault.message), { code: fault.originalCode ?? fault.code })
  const network = fault.timeoutType === 'GREETING_TIMEOUT' ? undefined : nameNetworkFault(origin)
  return network ?? new RemoteFault(silentCode(fault), fault.message, { retry: true }, { cause: error })
}

// What a refused sign-in means besides a wrong password; the first that fits.
const SIGN_IN_REFUSALS: readonly { code: string; fits: (reply: SmtpReply) => boolean }[] = [
  // Exchange Online: SMTP AUTH is off for the mailbox or for everybody (learn.microsoft.com, "Authenticated SMTP").
  { code: 'smtp-auth-off', fits: ({ enhanced }) => enhanced === '5.7.139' },
  {
    code: 'app-password-required',
    fits: ({ enhanced, text }) => enhanced === '5.7.9' || APP_PASSWORD_WORDS.test(text),
  },
  { code: 'web-login-required', fits: ({ enhanced }) => enhanced === '5.7.14' },
  { code: 'imap-disabled', fits: ({ text }) => SWITCHED_OFF_WORDS.test(text) },
  { code: 'account-blocked', fits: ({ text }) => BLOCKED_WORDS.test(text) },
]

function refusalCode(reply: SmtpReply, stage: SmtpStage, fault: ClientError): string {
  if (fault.code === 'ETLS' || fault.command === 'STARTTLS') return 'no-encryption'
  if (stage === 'sign-in' && ATTEMPTS_WORDS.test(reply.text)) return 'too-many-attempts'
  if (stage === 'connect' || reply.code < 500) return 'server-unavailable'
  if (stage !== 'sign-in') return 'server-said-no'
  return SIGN_IN_REFUSALS.find(({ fits }) => fits(reply))?.code ?? 'wrong-password'
}

function silentCode(fault: ClientError): string {
  // A server that waits for TLS says nothing to a client that waits for its greeting.
  if (fault.timeoutType === 'GREETING_TIMEOUT') return 'wrong-tls-mode'
  if (fault.code === 'ETLS') return 'no-encryption'
  if (fault.code === 'EAUTH') return 'server-said-no'
  if (fault.code === 'EPROTOCOL') return 'unreadable-answer'
  return 'connection-lost'
}
