import { AppError, RemoteFault } from '../lib/app-error.ts'
import type { Clock } from '../lib/clock.ts'
import type { Log } from '../lib/log.ts'
import type { CheckStepName } from '../shared/mailbox-words.ts'
import type { AccessTokens } from './access-tokens.ts'
import type { Endpoint, ImapAccount, MailAccount } from './account.ts'
import { checkReach } from './check-reach.ts'
import {
  type CheckFacts,
  type CheckList,
  type CheckStep,
  type CheckWatch,
  startCheckList,
} from './check-steps.ts'
import { type DiscoveryNeeds, discoverServers } from './discover-servers.ts'
import { listOffered, type Offered } from './folder-choice.ts'
import { type ImapConnection, type OpenedFolder, openImap } from './imap-connection.ts'
import { type Provider, providerOfHost } from './mail-providers.ts'
import type { MailServer } from './mail-server.ts'
import { peekFolders } from './peek-folders.ts'
import { refuseBadCertificate } from './refuse-bad-certificate.ts'
import { type RoundTrip, type RoundTripNeeds, sendTestMail, watchTestMail } from './round-trip.ts'
import { openSmtp, type SmtpConnection } from './smtp-connection.ts'

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

/** What a check found out, also as far as it came. */
export type CheckResult = {
  ok: boolean
  imap: MailServer | null
  smtp: MailServer | null
  username: string | null
  provider: Provider | null
  steps: CheckStep[]
}

/** The check list, and what connecting needs of it: INBOX as it stood, null when it was not reached. */
export type MailboxCheck = CheckResult & {
  inbox: OpenedFolder | null
  sentCopy: 'append' | 'by_server'
  /** The folders that may be watched, where they were asked for. */
  offered: Offered[] | null
}

export type CheckNeeds = DiscoveryNeeds & { log: Log; clock: Clock }

/**
 * What a check does besides signing in. `peek` counts the mail of each folder and reads the newest subjects.
 * `listsFolders` asks which folders there are. `roundTrip` sends the mailbox one mail, sees it arrive and removes it.
 */
export type CheckOptions = CheckWatch & { peek?: boolean; listsFolders?: boolean; roundTrip?: RoundTripNeeds }

type Choice = {
  imap: MailServer[]
  smtp: MailServer[]
  username: string | null
  provider: Provider | null
}

type Run = { needs: CheckNeeds; list: CheckList; given: MailboxConnection; options: CheckOptions }

/**
 * Finds the servers where none are given and signs in to both, step by step, ending at the first that
 * fails. Stores nothing, and but for the test mail of `roundTrip` leaves no trace in the mailbox. A password goes only
 * over a verified connection, at most twice to one server: with the address, then with what stands before its @
 * where nobody typed a user name.
 *
 * @returns rejects for no server's doing: `ok` and the code of the failed step say it
 * @throws AppError `bad-certificate`; the reason of `signal`
 */
export async function checkMailbox(
  needs: CheckNeeds,
  given: MailboxConnection,
  options: CheckOptions = {},
): Promise<MailboxCheck> {
  for (const server of [given.imap, given.smtp]) refuseBadCertificate(server)
  let provider: Provider | null = null
  const list = startCheckList(needs.clock, options, (step, code) => nearerCode(step, code, provider))
  const run: Run = { needs, list, given, options }
  const choice = await list.run(
    'find-servers',
    () => choose(needs, given),
    chosen => {
      provider = chosen.provider
      return {}
    },
  )
  const found = choice === undefined ? {} : await walk(run, choice)
  const sentCopy: MailboxCheck['sentCopy'] = choice?.provider?.sentCopy ?? 'append'
  const typed = { imap: given.imap ?? null, smtp: given.smtp ?? null, username: given.username ?? null }
  const known = choice?.provider ?? null
  const ok = list.steps.every(step => step.ok)
  return { ok, ...typed, inbox: null, offered: null, ...found, provider: known, sentCopy, steps: list.steps }
}

type Walked = {
  imap?: MailServer
  smtp?: MailServer
  username?: string
  inbox?: OpenedFolder
  offered?: Offered[]
}

async function walk(run: Run, choice: Choice): Promise<Walked> {
  const imap = await checkReach(run, 'imap', choice.imap)
  if (imap === undefined) return {}
  const signedIn = await run.list.run('imap-sign-in', () => signIn(run, choice, imap))
  if (signedIn === undefined) return { imap }
  const { connection, username } = signedIn
  try {
    const opened = await run.list.run('imap-folders', () => lookInside(run, connection), insideFacts)
    if (opened === undefined) return { imap, username }
    const { inbox: opening, offered } = opened
    const sofar = { imap, username, inbox: opening, ...(offered && { offered }) }
    const smtp = await checkReach(run, 'smtp', choice.smtp)
    if (smtp === undefined) return sofar
    const isFine = await tryOutgoing(run, { imap, smtp, username, connection })
    // The test mail has a UID of its own: what was there before ends above it.
    const inbox = isFine && run.options.roundTrip ? await connection.openFolder('INBOX') : opening
    return { ...sofar, smtp, inbox }
  } finally {
    connection.close()
  }
}

/** Signs in to SMTP and, where asked for, sends the test mail and waits for it. */
async function tryOutgoing(
  { needs, list, given, options }: Run,
  {
    connection,
    ...found
  }: { imap: MailServer; smtp: MailServer; username: string; connection: ImapConnection },
): Promise<boolean> {
  const account = toAccount(given, found, found.username)
  const smtp = await list.run('smtp-sign-in', () => openSmtp(account, needs.trust))
  if (smtp === undefined) return false
  try {
    return (
      options.roundTrip === undefined ||
      (await goRound({ list, account, connection, smtp }, options.roundTrip))
    )
  } finally {
    smtp.close()
  }
}

async function goRound(
  at: { list: CheckList; account: MailAccount; connection: ImapConnection; smtp: SmtpConnection },
  needs: RoundTripNeeds,
): Promise<boolean> {
  const sent = await at.list.run('smtp-sender', () => sendTestMail(at, needs))
  if (sent === undefined) return false
  const seen = await at.list.run(
    'round-trip',
    () => watchTestMail(at.connection, sent, needs),
    roundTripFacts,
  )
  return seen !== undefined
}

function roundTripFacts(trip: RoundTrip): CheckFacts & { code?: string } {
  const { isRemoved, ...learned } = trip
  if (trip.arrivedIn === undefined) return { code: 'test-mail-late' }
  if (trip.arrivedIn === 'junk') return { ...learned, code: 'test-mail-in-junk' }
  return isRemoved ? learned : { ...learned, code: 'test-mail-stays' }
}

async function choose(needs: CheckNeeds, given: MailboxConnection): Promise<Choice> {
  const { imap, smtp, username = null } = given
  if (imap !== undefined && smtp !== undefined) {
    return { imap: [imap], smtp: [smtp], username, provider: providerOfHost(imap.host) ?? null }
  }
  const found = await discoverServers(needs, given.address)
  const { provider } = found
  const refuse = (code: string) =>
    new RemoteFault(code, 'cannot be connected by a password', { retry: false })
  if (provider?.unusable !== undefined) throw refuse(`provider-${provider.unusable}`)
  const bySecret = given.tokens === undefined
  if (
    bySecret &&
    provider !== null &&
    !provider.signIn.some(way => way === 'password' || way === 'app-password')
  ) {
    throw refuse('oauth-required')
  }
  // Servers that DNS alone vouches for outside of the domain get no password before somebody has seen them.
  const usable = found.needsConsent ? { imap: [], smtp: [] } : found
  const choice = { imap: imap ? [imap] : usable.imap, smtp: smtp ? [smtp] : usable.smtp }
  if (choice.imap.length === 0 || choice.smtp.length === 0) {
    throw new RemoteFault('no-mail-server', 'no server was found', { retry: false })
  }
  return { ...choice, username: username ?? found.username, provider }
}

async function signIn(
  { needs, given, options }: Run,
  choice: Choice,
  imap: MailServer,
): Promise<{ connection: ImapConnection; username: string }> {
  const context = { ...needs, ...(options.signal && { signal: options.signal }) }
  const open = async (username: string) => {
    const connection = await openImap(toAccount(given, { imap, smtp: imap }, username), context)
    return { connection, username }
  }
  const first = choice.username ?? given.address
  try {
    return await open(first)
  } catch (fault) {
    const isRefused = fault instanceof AppError && fault.code === 'wrong-password'
    if (!isRefused || given.username !== undefined) throw fault
    const local = given.address.slice(0, given.address.lastIndexOf('@'))
    try {
      return await open(first === local ? given.address : local)
    } catch {
      throw fault // what the server says of the whole address is what the person typed
    }
  }
}

const MAX_COUNTED_FOLDERS = 40

type Inside = {
  inbox: OpenedFolder
  fullest: { path: string; mails: number } | null
  peeked: CheckFacts
  offered?: Offered[]
}

const NEWEST = 5

/** Opens INBOX; where it is empty, the mail may lie elsewhere. */
async function lookInside({ needs, options }: Run, connection: ImapConnection): Promise<Inside> {
  const inbox = await connection.openFolder('INBOX')
  const offered = options.listsFolders === true ? { offered: await listOffered(connection) } : {}
  const peeked = options.peek === true ? await peek(connection, needs.clock) : {}
  if (inbox.exists > 0) return { inbox, fullest: null, peeked, ...offered }
  const folders = (await connection.listFolders())
    .filter(({ role }) => role === 'other' || role === 'archive')
    .slice(0, MAX_COUNTED_FOLDERS)
  let fullest: Inside['fullest'] = null
  for (const { path } of folders) {
    const mails = await connection.countMailsOf(path)
    if (mails > (fullest?.mails ?? 0)) fullest = { path, mails }
  }
  await connection.openFolder('INBOX')
  return { inbox, fullest, peeked, ...offered }
}

/** INBOX is open, and is again afterwards. */
async function peek(connection: ImapConnection, clock: Clock): Promise<CheckFacts> {
  const uids = await connection.searchUids({ fromUid: 1 })
  const newest = uids.length === 0 ? [] : await connection.fetchSubjects(uids.slice(-NEWEST))
  const folders = await peekFolders(connection, clock)
  await connection.openFolder('INBOX')
  return { folders, newest: newest.reverse() }
}

function insideFacts({ inbox, fullest, peeked }: Inside): CheckFacts & { code?: string } {
  return { mails: inbox.exists, ...peeked, ...(fullest && { fullest, code: 'inbox-empty' }) }
}

function toAccount(
  given: MailboxConnection,
  servers: { imap: MailServer; smtp: MailServer },
  username: string,
): ImapAccount {
  const endpoint = (server: MailServer): Endpoint => ({ kind: 'host', ...server })
  return {
    mailboxId: 0,
    kind: 'imap',
    name: given.address,
    address: given.address,
    username,
    password: plainPassword(given.password),
    ...(given.tokens === undefined ? {} : { tokens: given.tokens }),
    imap: endpoint(servers.imap),
    smtp: endpoint(servers.smtp),
  }
}

/** An app password as Google shows it, four groups of four letters, is meant without its spaces. */
export function plainPassword(typed: string): string {
  return /^(?:[a-z]{4}[ \u00a0]){3}[a-z]{4}$/.test(typed.trim()) ? typed.replace(/\s/gu, '') : typed
}

/** A refused password means another thing where the provider takes no ordinary one. */
function nearerCode(step: CheckStepName, code: string, provider: Provider | null): string {
  if (code !== 'wrong-password' || provider === null || !step.endsWith('sign-in')) return code
  if (provider.signIn.includes('password')) return code
  return provider.signIn.includes('app-password') ? 'app-password-required' : 'oauth-required'
}
