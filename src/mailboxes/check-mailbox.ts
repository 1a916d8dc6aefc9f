import { AppError, describeError } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Endpoint, MailAccount } from './account.ts'
import { chooseServers, findReachable, type ServerChoice } from './find-servers.ts'
import type { Trust } from './host-guard.ts'
import { type ImapConnection, type OpenedFolder, openImap } from './imap-connection.ts'
import type { MailServer } from './mail-server.ts'
import { openSmtp } from './smtp-connection.ts'

/** What a person typed; servers and user name only where they wanted to. */
export type MailboxConnection = {
  address: string
  /** Empty where a token signs in. */
  password: string
  /** What signs in in place of a password (OAuth). */
  tokens?: AccessTokens
  username?: string
  imap?: MailServer
  smtp?: MailServer
}

/** The lines of the check list, in their order. */
export type CheckStepName =
  | 'find-servers'
  | 'imap-connect'
  | 'imap-sign-in'
  | 'imap-folders'
  | 'smtp-connect'
  | 'smtp-sign-in'

/** One line of it. `code` names the cause when it failed, `detail` has the server's words where it said any. */
export type CheckStep = {
  step: CheckStepName
  ok: boolean
  code: string | null
  detail: string | null
  tookMs: number
}

/** What a check found out, also as far as it came. */
export type CheckResult = {
  ok: boolean
  imap: MailServer | null
  smtp: MailServer | null
  username: string | null
  steps: CheckStep[]
}

/** The check list, and what connecting needs of it: INBOX as it stood, null when it was not reached. */
export type MailboxCheck = CheckResult & { inbox: OpenedFolder | null; sentCopy: 'append' | 'by_server' }

type Context = { log: Log; clock: Clock; trust: Trust }
type Listing = { steps: CheckStep[]; clock: Clock }

// What can only be learned after the connection stands: everything else means we did not get so far.
const SIGN_IN_CODES = [
  'wrong-password',
  'app-password-required',
  'password-expired',
  'token-refused',
  'no-token-sign-in',
  'grant-ended',
  'app-secret-refused',
  'sign-in-service-away',
  'too-many-connections',
  'server-unavailable',
  'mailbox-full',
  'server-said-no',
]

/**
 * Finds the servers where none are given and signs in to both, step by step, ending at the first that
 * fails. Stores nothing and leaves no trace in the mailbox. A password goes only over a verified
 * connection, at most twice to one server: with the address, then with what stands before its @ where
 * nobody typed a user name.
 *
 * @returns never throws for what servers do: `ok` and the code of the failed step say it
 */
export async function checkMailbox(context: Context, given: MailboxConnection): Promise<MailboxCheck> {
  const list: Listing = { steps: [], clock: context.clock }
  const typed = { imap: given.imap ?? null, smtp: given.smtp ?? null, username: given.username ?? null }
  const choice = await step(list, 'find-servers', () => choose(given))
  const sentCopy = choice?.sentCopy ?? 'append'
  const incoming = choice && (await checkIncoming(context, list, given, choice.imap))
  const smtp =
    choice && incoming?.inbox && (await checkOutgoing(context, list, { ...given, ...incoming }, choice.smtp))
  const found = { ...typed, inbox: null, ...incoming, ...(smtp === undefined ? {} : { smtp }) }
  return { ok: list.steps.every(each => each.ok), ...found, sentCopy, steps: list.steps }
}

type Incoming = { imap: MailServer; username?: string; inbox?: OpenedFolder }

/** Reaches the IMAP server, signs in and opens INBOX. @returns what was found before a step failed */
async function checkIncoming(
  context: Context,
  list: Listing,
  given: MailboxConnection,
  servers: MailServer[],
): Promise<Incoming | undefined> {
  const imap = await step(list, 'imap-connect', () => findReachable(servers, context.trust))
  if (imap === undefined) return undefined
  const account = toAccount(given, { imap, smtp: imap })
  const signedIn = await step(list, 'imap-sign-in', () => signIn(context, account, given))
  if (signedIn === undefined) return { imap }
  const { connection, username } = signedIn
  const inbox = await step(list, 'imap-folders', () => openInbox(connection))
  return inbox === undefined ? { imap, username } : { imap, username, inbox }
}

/** Reaches the SMTP server and signs in; no mail is begun. */
async function checkOutgoing(
  context: Context,
  list: Listing,
  given: MailboxConnection & { imap: MailServer },
  servers: MailServer[],
): Promise<MailServer | undefined> {
  const smtp = await step(list, 'smtp-connect', () => findReachable(servers, context.trust))
  if (smtp === undefined) return undefined
  const sender = toAccount(given, { imap: given.imap, smtp })
  await step(list, 'smtp-sign-in', async () => (await openSmtp(sender, context.trust)).close())
  return smtp
}

async function choose(given: MailboxConnection): Promise<ServerChoice> {
  const chosen = await chooseServers(given.address)
  return {
    imap: given.imap === undefined ? chosen.imap : [given.imap],
    smtp: given.smtp === undefined ? chosen.smtp : [given.smtp],
    sentCopy: chosen.sentCopy,
  }
}

async function signIn(
  context: Context,
  account: MailAccount,
  given: MailboxConnection,
): Promise<{ connection: ImapConnection; username: string }> {
  try {
    return { connection: await openImap(account, context), username: account.username }
  } catch (fault) {
    const isRefused = fault instanceof AppError && fault.code === 'wrong-password'
    if (!isRefused || given.username !== undefined) throw fault
    const username = given.address.slice(0, given.address.lastIndexOf('@'))
    try {
      return { connection: await openImap({ ...account, username }, context), username }
    } catch {
      throw fault // what the server says of the whole address is what the person typed
    }
  }
}

async function openInbox(connection: ImapConnection): Promise<OpenedFolder> {
  try {
    return await connection.openFolder('INBOX')
  } finally {
    connection.close()
  }
}

function toAccount(given: MailboxConnection, servers: { imap: MailServer; smtp: MailServer }): MailAccount {
  const endpoint = (server: MailServer): Endpoint => ({ kind: 'host', ...server })
  return {
    mailboxId: 0,
    kind: 'imap',
    name: given.address,
    address: given.address,
    username: given.username ?? given.address,
    password: plainPassword(given.password),
    ...(given.tokens === undefined ? {} : { tokens: given.tokens }),
    imap: endpoint(servers.imap),
    smtp: endpoint(servers.smtp),
  }
}

/** An app password as Google shows it, four groups of four letters, is meant without its spaces. */
export function plainPassword(typed: string): string {
  return /^(?:[a-z]{4} ){3}[a-z]{4}$/.test(typed.trim()) ? typed.replaceAll(' ', '') : typed
}

/** Runs one line of the list; a fault becomes its code, filed under the step it belongs to. */
async function step<Result>(
  { steps, clock }: Listing,
  name: CheckStepName,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  const beganMs = clock.monotonicMs()
  const tookMs = () => Math.round(clock.monotonicMs() - beganMs)
  try {
    const result = await work()
    steps.push({ step: name, ok: true, code: null, detail: null, tookMs: tookMs() })
    return result
  } catch (fault) {
    const code = fault instanceof AppError ? fault.code : 'internal-error'
    steps.push({ step: name, ok: false, code, detail: wordsOf(fault), tookMs: tookMs() })
    blameConnection(steps, name, code)
    return undefined
  }
}

/** With STARTTLS the certificate is seen during the sign-in: then the connection was not good either. */
function blameConnection(steps: CheckStep[], name: CheckStepName, code: string): void {
  if (!name.endsWith('sign-in') || SIGN_IN_CODES.includes(code) || code === 'internal-error') return
  const failed = steps.pop()
  const connected = steps.pop()
  if (failed !== undefined && connected !== undefined) {
    steps.push({ ...failed, step: connected.step, tookMs: connected.tookMs + failed.tookMs })
  }
}

function wordsOf(fault: unknown): string {
  const said = fault instanceof AppError ? (fault.details.serverText ?? fault.details.text) : undefined
  return typeof said === 'string' && said !== '' ? said : describeError(fault).slice(0, 500)
}
