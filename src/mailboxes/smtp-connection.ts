import { isIP, type LookupFunction, connect as netConnect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import { domainToASCII } from 'node:url'
import SMTPConnection, {
  type SMTPConnectionEnvelope,
  type SMTPConnectionOptions,
  type SMTPConnectionSendInfo,
  type SMTPEnvelope,
} from 'nodemailer/lib/smtp-connection'
import type { RemoteFault } from '../lib/app-error.ts'
import type { EnvelopeAddress } from '../mail/address.ts'
import type { Endpoint, MailAccount } from './account.ts'
import { withoutSecret } from './hide-secret.ts'
import { resolveAllowed, type Trust } from './host-guard.ts'
import { signInBy } from './sign-in-by-token.ts'
import { nameSmtpFault, readReply, type SmtpReply, type SmtpStage } from './smtp-reply.ts'
import { tokenMethod, tokenMethods } from './smtp-token.ts'
import { ofPinned, tlsOptions } from './tls-options.ts'

/**
 * Frozen bytes and whom they go to. `from` is null for automatic mail (the null sender, RFC 3834 §3.3). `above`: header
 * lines that stand before the bytes on the wire.
 */
export type SmtpMail = {
  from: EnvelopeAddress | null
  recipients: readonly EnvelopeAddress[]
  bytes: Buffer
  above?: Buffer | undefined
}

/** A recipient the server would not take. */
export type Refusal = { recipient: string; reply: SmtpReply }

/**
 * How a hand-over ended. `answered`: the server spoke about the mail as a whole, at `final` about the
 * complete mail. `lost`: no answer; `isDotSent` says whether the server may have the complete mail.
 * `withheld`: we did not send the final dot, so no server can have accepted it.
 */
export type SmtpOutcome = { refusals: Refusal[] } & (
  | { end: 'answered'; stage: SmtpStage; reply: SmtpReply; serverMessageId: string | null }
  | { end: 'lost'; isDotSent: boolean; fault: RemoteFault }
  | { end: 'withheld'; cause: unknown }
)

/** A signed-in session with a mailbox's submission server. */
export type SmtpConnection = {
  /**
   * Hands one mail over. Never throws for what the server does.
   *
   * @param beforeFinalDot called once the server took at least one recipient and all of the body but
   *   its end; the dot is sent when it resolves, and the connection dropped without it when it rejects
   */
  send: (mail: SmtpMail, beforeFinalDot: (refusals: Refusal[]) => Promise<void>) => Promise<SmtpOutcome>
  /** Whether the server has kept the session open: the next mail may still find it closed. */
  isOpen: () => boolean
  /** Says goodbye and closes. */
  close: () => void
}

type Account = Pick<MailAccount, 'username' | 'password' | 'tokens' | 'smtp'>

const connectTimeoutMs = 30_000
const silenceTimeoutMs = 10 * 60_000 // the answer to the final dot may take so long (RFC 5321 §4.5.3.2.6)
const chunkBytes = 64 * 1024

/**
 * Connects and signs in, where there is a password or a token: an own mail server may want neither. Credentials go over
 * verified TLS only, from the first byte or by a STARTTLS that must succeed (RFC 8314, RFC 3207); the practice server
 * is loopback and in this process.
 *
 * @throws RemoteFault, SmtpRefused: see `nameSmtpFault` and `signInBy`; `host-not-allowed`
 */
export async function openSmtp(account: Account, trust: Trust): Promise<SmtpConnection> {
  return await signInBy(account, trust, token => connectAndSignIn(account, trust, token))
}

async function connectAndSignIn(
  account: Account,
  trust: Trust,
  token: string | null,
): Promise<SmtpConnection> {
  const socket = await openSocket(account.smtp, trust)
  const connection = new SMTPConnection(connectionOptions(account.smtp, socket, trust))
  const broken = Promise.withResolvers<never>()
  broken.promise.catch(() => undefined) // heard by whichever step runs
  let stage: SmtpStage = 'connect'
  connection.on('error', error => broken.reject(error))
  try {
    await Promise.race([called(done => connection.connect(done)), broken.promise])
    stage = 'sign-in'
    if (token === null && account.password === '') return sessionOf(connection)
    const credentials =
      token === null
        ? { user: account.username, pass: account.password }
        : { user: account.username, pass: token, method: tokenMethod(ehloLines(connection)) }
    await Promise.race([called(done => connection.login(credentials, done)), broken.promise])
  } catch (error) {
    connection.close()
    socket.destroy()
    const secret = token ?? account.password
    throw ofPinned(withoutSecret(nameSmtpFault(error, stage), { ...account, secret }), account.smtp)
  }
  return sessionOf(connection)
}

function sessionOf(connection: SMTPConnection): SmtpConnection {
  let isOpen = true
  connection.once('end', () => {
    isOpen = false
  })
  return {
    send: (mail, beforeFinalDot) => sendMail(connection, mail, beforeFinalDot),
    isOpen: () => isOpen,
    close: () => connection.quit(),
  }
}

async function sendMail(
  connection: SMTPConnection,
  mail: SmtpMail,
  beforeFinalDot: (refusals: Refusal[]) => Promise<void>,
): Promise<SmtpOutcome> {
  const unsendable = findUnsendable(connection, mail)
  const recipients = mail.recipients.filter(address => !unsendable.some(one => one.recipient === address))
  const [refused] = unsendable
  if (recipients.length === 0 && refused) return answeredByUs(refused.reply, 'recipient', unsendable)
  const envelope = toEnvelope({ ...mail, recipients })
  const readRefusals = () => [...unsendable, ...refusalsOf(envelope, mail)]
  let withheldBy: { cause: unknown } | undefined
  let isDotSent = false
  const body = Readable.from(
    gated(mail, async () => {
      try {
        await beforeFinalDot(readRefusals())
        isDotSent = true
      } catch (cause) {
        withheldBy = { cause }
        throw cause
      }
    }),
    { objectMode: false },
  )
  try {
    const info = await new Promise<SMTPConnectionSendInfo>((resolve, reject) => {
      connection.send(envelope, body, (error, result) => (error ? reject(error) : resolve(result)))
    })
    return answered(info.response, 'final', readRefusals(), info.serverMessageId)
  } catch (error) {
    connection.close() // with the socket destroyed at once: nothing buffered may end the mail later
    const refusals = readRefusals()
    if (withheldBy !== undefined) return { end: 'withheld', cause: withheldBy.cause, refusals }
    return readFailure(error, refusals, isDotSent)
  }
}

/** The end of the stream is what makes the client send the final dot, so it waits for `gate`. */
async function* gated({ above, bytes }: SmtpMail, gate: () => Promise<void>): AsyncGenerator<Buffer> {
  if (above !== undefined) yield above
  for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes)
  await gate()
}

function readFailure(error: unknown, refusals: Refusal[], isDotSent: boolean): SmtpOutcome {
  const { response, command, code } = error as { response?: string; command?: string; code?: string }
  const stage = stageOf(command, isDotSent)
  if (response === undefined && code === 'EMESSAGE' && !isDotSent) {
    // Larger than the server's SIZE (RFC 1870): the client knows before it sends.
    const reply = { code: 552, enhanced: '5.3.4', text: (error as Error).message }
    return answeredByUs(reply, 'mail', refusals)
  }
  if (readReply(response) !== undefined) return answered(response ?? '', stage, refusals)
  return { end: 'lost', isDotSent, fault: nameSmtpFault(error, stage), refusals }
}

/** A refusal we know without asking the server. */
function answeredByUs(reply: SmtpReply, stage: SmtpStage, refusals: Refusal[]): SmtpOutcome {
  return { end: 'answered', stage, reply, refusals, serverMessageId: null }
}

function answered(
  response: string,
  stage: SmtpStage,
  refusals: Refusal[],
  serverMessageId: string | undefined = undefined,
): SmtpOutcome {
  const reply = readReply(response) ?? { code: 250, enhanced: null, text: response.slice(0, 1_000) }
  return { end: 'answered', stage, reply, refusals, serverMessageId: serverMessageId ?? null }
}

function stageOf(command: string | undefined, isDotSent: boolean): SmtpStage {
  if (isDotSent) return 'final'
  if (command === 'RCPT TO') return 'recipient'
  return command === 'DATA' ? 'data' : 'mail'
}

/** The client writes what the server said about each recipient into the envelope it was given. */
type TrackedEnvelope = SMTPEnvelope & Partial<SMTPConnectionEnvelope>

function toEnvelope(mail: SmtpMail): TrackedEnvelope {
  const size = mail.bytes.length + (mail.above?.length ?? 0)
  return { from: asciiDomain(mail.from ?? ''), to: mail.recipients.map(asciiDomain), size }
}

function refusalsOf(envelope: TrackedEnvelope, mail: SmtpMail): Refusal[] {
  return (envelope.rejectedErrors ?? []).flatMap(error => {
    const recipient = mail.recipients.find(address => asciiDomain(address) === error.recipient)
    const reply = readReply(error.response)
    return recipient !== undefined && reply !== undefined ? [{ recipient, reply }] : []
  })
}

/** Recipients beyond ASCII where the server does not offer SMTPUTF8: they must not be tried (RFC 6531 §3.2). */
function findUnsendable(connection: SMTPConnection, mail: SmtpMail): Refusal[] {
  // The client knows, and tells nobody: a field of the pinned version.
  const { _supportedExtensions: extensions } = connection as unknown as { _supportedExtensions?: string[] }
  if (extensions?.includes('SMTPUTF8')) return []
  const reply = { code: 553, enhanced: '5.6.7', text: 'the mail server takes only ASCII addresses' }
  return mail.recipients
    .filter(address => /[^ -~]/.test(asciiDomain(address)))
    .map(recipient => ({ recipient, reply }))
}

/** Domains travel as A-labels (RFC 5891): only a non-ASCII local part needs SMTPUTF8 of the server. */
function asciiDomain(address: string): string {
  const at = address.lastIndexOf('@')
  if (at < 0) return address
  const domain = address.slice(at + 1)
  return `${address.slice(0, at)}@${domainToASCII(domain) || domain}`
}

/** What the server answered to EHLO: the client reads no OAUTHBEARER in it. A field of the pinned version. */
function ehloLines(connection: SMTPConnection): readonly string[] {
  const { _ehloLines: lines = [] } = connection as unknown as { _ehloLines?: string[] }
  return lines
}

function connectionOptions(endpoint: Endpoint, socket: Socket, trust: Trust): SMTPConnectionOptions {
  const timeouts = {
    connectionTimeout: 2 * connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    socketCloseTimeout: 0,
  }
  if (endpoint.kind === 'practice') return { ...timeouts, connection: socket, secure: false, ignoreTLS: true }
  const isTls = endpoint.security === 'tls'
  return {
    ...timeouts,
    connection: socket,
    host: endpoint.host,
    port: endpoint.port,
    secure: isTls,
    requireTLS: !isTls,
    tls: tlsOptions(trust, endpoint.certificate),
    customAuth: tokenMethods(endpoint),
  }
}

/** Opens TCP to the very addresses the guard has seen. */
async function openSocket(endpoint: Endpoint, trust: Trust): Promise<Socket> {
  const { port } = endpoint
  const host = endpoint.kind === 'host' ? endpoint.host : '127.0.0.1'
  const addresses = endpoint.kind === 'host' ? await resolveAllowed(host, trust) : []
  const lookup: LookupFunction = (_host, options, done) => {
    const [first] = addresses
    if (options.all === true) done(null, addresses)
    else done(null, first?.address ?? '', first?.family)
  }
  return await new Promise((resolve, reject) => {
    const socket = netConnect({ host, port, ...(isIP(host) === 0 ? { lookup } : {}), autoSelectFamily: true })
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('connection timeout'), { code: 'ETIMEDOUT' }))
    }, connectTimeoutMs)
    const fail = (error: Error) => {
      clearTimeout(timer)
      reject(nameSmtpFault(error, 'connect'))
    }
    socket.once('error', fail)
    socket.once('connect', () => {
      clearTimeout(timer)
      socket.off('error', fail)
      socket.on('error', () => undefined) // from here the client hears of it; this only keeps the process alive
      resolve(socket)
    })
  })
}

async function called(call: (done: (error?: Error | null) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => call(error => (error ? reject(error) : resolve())))
}
