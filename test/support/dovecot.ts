import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type CertificateKind, type Certificates, makeCertificates } from './certificates.ts'
import type { DovecotPorts } from './dovecot-config.ts'
import {
  type DovecotProcess,
  killDovecotProcess,
  makeDovecotFolders,
  raiseInotifyLimit,
  startDovecotProcess,
  stopDovecotProcess,
} from './dovecot-process.ts'
import { type Delivery, deliverByLmtp } from './lmtp-client.ts'
import { fetchFolder, openRawImap, quoted, type RawImap, type ServerMail } from './raw-imap.ts'

/** A real mail server of this test alone. Users exist by being named; their password is `secret`. */
export type Dovecot = DovecotPorts & {
  host: string
  /** Where Dovecot takes us for a stranger: it announces LOGINDISABLED until STARTTLS. */
  strictHost: string
  caFile: string
  ca: string
  dir: string
  deliver(raw: Buffer | string, to: string[], options?: { from?: string }): Promise<void>
  deliverMany(deliveries: Delivery[]): Promise<void>
  readFolder(user: string, folder?: string): Promise<ServerMail[]>
  append(user: string, folder: string, raw: Buffer | string, options?: AppendOptions): Promise<void>
  createFolder(user: string, folder: string): Promise<void>
  setFlags(user: string, folder: string, uids: number[], flags: string[]): Promise<void>
  expunge(user: string, folder: string, uids: number[]): Promise<void>
  move(user: string, folder: string, uids: number[], to: string): Promise<void>
  copy(user: string, folder: string, uids: number[], to: string): Promise<void>
  /** Resolves when Dovecot takes the new one (up to a second later) and the old one no longer. */
  setPassword(user: string, password: string): Promise<void>
  /** Ends the sessions of a user. */
  kick(user: string): Promise<void>
  setUidValidity(user: string, folder: string, uidValidity: number): Promise<void>
  /** Stops the server, does `whileDown`, starts it again on the same ports. */
  restart(whileDown?: () => Promise<void>): Promise<void>
  mailDir(user: string): string
  readLog(): Promise<string>
  stop(): Promise<void>
}

export type AppendOptions = { flags?: string[]; internalDate?: Date }

export type DovecotOptions = {
  certificates?: Certificates
  certificate?: CertificateKind
  /** Where it asks whose token it is; with it people sign in by XOAUTH2 and OAUTHBEARER too. */
  introspectionUrl?: string
  /** How many MB each user may have; without it there is no limit. */
  quotaMb?: number
  /** What it says it can do, in place of all that it can. */
  capabilities?: string
}

const HOST = '127.0.0.1'
const runFile = promisify(execFile)

/**
 * Starts Dovecot on loopback with TLS, in a folder of its own under /tmp. Without `certificates` it
 * makes an authority for itself; hand over shared ones when several servers are trusted by one file.
 */
export async function startDovecot(options: DovecotOptions = {}): Promise<Dovecot> {
  const certificates = options.certificates ?? (await makeCertificates())
  const certificate = certificates[options.certificate ?? 'server']
  const dir = await makeDovecotFolders()
  await raiseInotifyLimit()
  const start = (ports?: DovecotPorts): Promise<DovecotProcess> =>
    startDovecotProcess({
      dir,
      certificate,
      ports,
      introspectionUrl: options.introspectionUrl,
      quotaMb: options.quotaMb,
      capabilities: options.capabilities,
    })
  const removeFiles = (): Promise<void> => rm(dir, { recursive: true, force: true })
  let running = await start().catch(async cause => {
    await removeFiles()
    if (!options.certificates) await certificates.remove()
    throw cause
  })
  const removeAtExit = (): void => {
    running.child.kill('SIGTERM')
    rmSync(dir, { recursive: true, force: true })
  }
  process.once('exit', removeAtExit)
  const access = { host: HOST, port: running.ports.imapsPort, ca: certificates.ca }
  return {
    ...running.ports,
    ...mailboxActions(dir, access),
    host: HOST,
    strictHost: '127.0.0.2',
    caFile: certificates.caFile,
    ca: certificates.ca,
    dir,
    deliver: (raw, to, { from } = {}) =>
      deliverByLmtp(running.ports.lmtpPort, [from === undefined ? { raw, to } : { raw, to, from }]),
    deliverMany: deliveries => deliverByLmtp(running.ports.lmtpPort, deliveries),
    restart: async whileDown => {
      await stopDovecotProcess(running.child)
      await whileDown?.()
      running = await start(running.ports)
    },
    readLog: () => readFile(join(dir, 'dovecot.log'), 'utf8'),
    stop: async () => {
      process.removeListener('exit', removeAtExit)
      await killDovecotProcess(running.child)
      await removeFiles()
      if (!options.certificates) await certificates.remove()
    },
  }
}

type MailboxActions = Pick<
  Dovecot,
  | 'readFolder'
  | 'append'
  | 'createFolder'
  | 'setFlags'
  | 'expunge'
  | 'move'
  | 'copy'
  | 'setPassword'
  | 'kick'
  | 'setUidValidity'
  | 'mailDir'
>

function mailboxActions(dir: string, access: { host: string; port: number; ca: string }): MailboxActions {
  const passwords = new Map<string, string>()
  let changes = 0
  const asUser = async <T>(user: string, work: (imap: RawImap) => Promise<T>): Promise<T> => {
    const password = passwords.get(user.toLowerCase()) ?? 'secret'
    const imap = await openRawImap({ ...access, user, password })
    return work(imap).finally(() => imap.close())
  }
  const store = (user: string, folder: string, commands: string[]): Promise<void> =>
    asUser(user, async imap => {
      await imap.command(`SELECT ${quoted(folder)}`)
      for (const line of commands) await imap.command(line)
    })
  return {
    mailDir: user => join(dir, 'mail', user.toLowerCase(), 'Maildir'),
    readFolder: (user, folder = 'INBOX') => asUser(user, imap => fetchFolder(imap, folder)),
    append: (user, folder, raw, options = {}) =>
      asUser(user, async imap => {
        await imap.command(appendCommand(folder, options), Buffer.from(raw))
      }),
    createFolder: (user, folder) =>
      asUser(user, async imap => {
        await imap.command(`CREATE ${quoted(folder)}`)
      }),
    setFlags: (user, folder, uids, flags) =>
      store(user, folder, [`UID STORE ${uids.join(',')} FLAGS (${flags.join(' ')})`]),
    expunge: (user, folder, uids) => {
      const set = uids.join(',')
      return store(user, folder, [`UID STORE ${set} +FLAGS (\\Deleted)`, `UID EXPUNGE ${set}`])
    },
    move: (user, folder, uids, to) => store(user, folder, [`UID MOVE ${uids.join(',')} ${quoted(to)}`]),
    copy: (user, folder, uids, to) => store(user, folder, [`UID COPY ${uids.join(',')} ${quoted(to)}`]),
    setPassword: async (user, password) => {
      passwords.set(user.toLowerCase(), password)
      changes += 1
      await writeFile(join(dir, 'passwords'), passwordFile(passwords, changes))
      await untilAccepted(() => asUser(user, () => Promise.resolve()))
    },
    kick: async user => {
      await runFile('doveadm', ['-c', join(dir, 'dovecot.conf'), 'kick', user])
    },
    setUidValidity: async (user, folder, uidValidity) => {
      const change = ['mailbox', 'update', '-u', user, '--uid-validity', String(uidValidity), folder]
      await runFile('doveadm', ['-c', join(dir, 'dovecot.conf'), ...change])
    },
  }
}

/** The first line grows, since Dovecot reads the file again only for a new size or another second. */
function passwordFile(passwords: Map<string, string>, changes: number): string {
  const rows = [...passwords].map(([user, word]) => `${user}:::::::noauthenticate=y test_password=${word}`)
  return `#${'.'.repeat(changes)}\n${rows.map(row => `${row}\n`).join('')}`
}

/** Dovecot looks at the password file once a second at most: a change holds once it is believed. */
async function untilAccepted(signIn: () => Promise<void>): Promise<void> {
  const deadlineMs = performance.now() + 5_000
  for (;;) {
    const fault = await signIn().then(
      () => undefined,
      (error: Error) => error,
    )
    if (!fault) return
    if (performance.now() > deadlineMs) throw fault
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')

function appendCommand(folder: string, { flags = [], internalDate }: AppendOptions): string {
  const date = internalDate ? ` "${imapDate(internalDate)}"` : ''
  return `APPEND ${quoted(folder)} (${flags.join(' ')})${date}`
}

/** RFC 3501 date-time in UTC: `01-Jul-2026 12:00:00 +0000`. */
function imapDate(at: Date): string {
  const [day, time] = at.toISOString().split('T')
  const [year, month, date] = (day ?? '').split('-')
  return `${date}-${MONTHS[Number(month) - 1]}-${year} ${time?.slice(0, 8)} +0000`
}
