import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import { AppError, RemoteFault } from '../lib/app-error.ts'
import type { Log } from '../lib/log.ts'
import type { Endpoint, ImapAccount } from './account.ts'
import { withoutSecret } from './hide-secret.ts'
import { guardedLookup, resolveAllowed, type Trust } from './host-guard.ts'
import { nameImapFault } from './imap-faults.ts'
import { signInBy } from './sign-in-by-token.ts'
import { ofPinned, tlsOptions } from './tls-options.ts'

export type { FetchMessageObject } from 'imapflow'

/** A signed-in client that can only be used under a deadline, and dies with the first fault. */
export type ImapClient = {
  flow: ImapFlow
  /**
   * Runs one command; past the deadline, or past so many bytes from the server, the connection is closed: 4 MB where
   * nothing else is said. Faults come out named.
   */
  run: <Result>(
    timeoutMs: number,
    work: (flow: ImapFlow) => Promise<Result>,
    mostBytes?: number,
  ) => Promise<Result>
  close: () => void
}

/** The largest mail we take from a server; larger ones stay there and are marked in the ledger. */
export const MAX_MAIL_BYTES = 60 * 1_048_576

const signInTimeoutMs = 20_000 // from the first packet to the last answer, however slowly it drips

/**
 * A server silent for so long inside a command is given up. Longer than one IDLE of a watcher: the library
 * takes silence in IDLE for a reason to break it, and the quiet after that for a dead connection.
 */
export const SILENCE_TIMEOUT_MS = 30_000

// A server that sends small answers for ever would keep this process from the others: a megabyte takes a second to read.
const commandBytes = 4 * 1_048_576
const bytesCheckMs = 250

const limits: ImapFlowOptions = {
  // Above the largest mail: some servers announce another size than they deliver (Exchange).
  maxLiteralSize: MAX_MAIL_BYTES + 8 * 1_048_576,
  maxResponseSize: MAX_MAIL_BYTES + 16 * 1_048_576,
  maxLineLength: 16 * 1_048_576, // SEARCH over a million mails is one line of 8 MB
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: SILENCE_TIMEOUT_MS,
}

/**
 * Connects, secures the connection and signs in, within 20 s, by password or by token. Without TLS neither is sent; only
 * the practice servers of this process are reached without it, on loopback.
 *
 * @throws RemoteFault as `nameImapFault` and `signInBy`; `no-token-sign-in`
 */
export async function signIn(account: ImapAccount, context: SignInContext): Promise<ImapClient> {
  return await signInBy(account, context.trust, token => connect(account, context, token))
}

type SignInContext = { log: Log; trust: Trust; signal?: AbortSignal }

async function connect(
  account: ImapAccount,
  context: SignInContext,
  token: string | null,
): Promise<ImapClient> {
  const flow = new ImapFlow(await clientOptions(account, context.trust, token))
  const close = () => {
    context.signal?.removeEventListener('abort', close)
    flow.close()
  }
  context.signal?.addEventListener('abort', close, { once: true })
  let fault: unknown
  flow.on('error', cause => {
    fault ??= cause
  })
  const run = async <Result>(
    timeoutMs: number,
    work: (flow: ImapFlow) => Promise<Result>,
    mostBytes = commandBytes,
  ): Promise<Result> => {
    const bytesBefore = flow.stats().received
    const hasEnough = () => flow.stats().received - bytesBefore > mostBytes
    try {
      return await withLimits({ timeoutMs, hasEnough }, work(flow), close)
    } catch (cause) {
      close()
      const secret = token ?? passwordOf(account)
      const named = withoutSecret(nameImapFault(worseOf(fault, cause)), { ...account, secret })
      throw ofPinned(named, account.imap)
    }
  }
  if (context.signal?.aborted) close()
  await run(signInTimeoutMs, () => flow.connect().catch((cause: Error) => refuseWithout(token, cause)))
  if (account.imap.kind === 'host' && !flow.secureConnection) {
    close()
    throw new RemoteFault('no-encryption', 'the connection is not encrypted', { retry: false })
  }
  context.log.debug({ mailboxId: account.mailboxId }, 'signed in to imap')
  return { flow, run, close }
}

/** The client says only in words that the server offers nothing to show a token to. */
function refuseWithout(token: string | null, cause: Error): never {
  if (token === null || cause.message !== 'Unsupported authentication mechanism') throw cause
  throw new RemoteFault('no-token-sign-in', 'the server takes no token', { retry: false }, { cause })
}

async function clientOptions(
  account: ImapAccount,
  trust: Trust,
  token: string | null,
): Promise<ImapFlowOptions> {
  return {
    ...limits,
    ...(await transportOptions(account.imap, trust)),
    auth: {
      user: account.username,
      ...(token === null ? { pass: passwordOf(account) } : { accessToken: token }),
    },
    logger: false,
    clientInfo: { name: 'Letterdesk', version: false, vendor: false, 'support-url': false },
    disableAutoIdle: true,
    disableCompression: true, // a server could make gigabytes of a few bytes
    disableIMAP4rev2: true,
  }
}

function passwordOf({ imap, password }: ImapAccount): string {
  return imap.kind === 'practice' ? imap.password : password
}

async function transportOptions(endpoint: Endpoint, trust: Trust): Promise<ImapFlowOptions> {
  if (endpoint.kind === 'practice') {
    return { host: '127.0.0.1', port: endpoint.port, secure: false, doSTARTTLS: false }
  }
  const { host, port, security, certificate } = endpoint
  // A socket resolves no address literal, so the guard is asked here; names are checked as they resolve.
  await resolveAllowed(host, trust)
  const tls = { ...tlsOptions(trust, certificate), lookup: guardedLookup(trust), autoSelectFamily: true }
  return security === 'tls'
    ? { host, port, secure: true, tls }
    : { host, port, secure: false, doSTARTTLS: true, tls }
}

/** The first fault of the socket says more than "connection closed", which every waiting command gets. */
function worseOf(first: unknown, last: unknown): unknown {
  if (first === undefined || last instanceof AppError) return last
  const isEcho =
    last instanceof Error && 'code' in last && /^(NoConnection|EConnectionClosed)$/.test(String(last.code))
  return isEcho ? first : last
}

async function withLimits<Result>(
  { timeoutMs, hasEnough }: { timeoutMs: number; hasEnough: () => boolean },
  work: Promise<Result>,
  giveUp: () => void,
): Promise<Result> {
  const ended = Promise.withResolvers<never>()
  const end = (code: string, message: string) => {
    ended.reject(new RemoteFault(code, message, { retry: true }))
    giveUp()
  }
  const late = setTimeout(() => end('connection-timeout', `no answer within ${timeoutMs} ms`), timeoutMs)
  const check = setInterval(() => {
    if (hasEnough()) end('answer-too-large', 'the server sent more than one command may bring')
  }, bytesCheckMs)
  try {
    return await Promise.race([work, ended.promise])
  } finally {
    clearTimeout(late)
    clearInterval(check)
  }
}
